import "./elements/assign-menu.js";
import "./elements/assign-to-me.js";
import "./elements/conversation-list.js";
import "./elements/conversation-thread.js";
import "./elements/copy-button.js";
import "./elements/customer-card.js";
import "./elements/inbox-screen.js";
import "./elements/live-status.js";
import "./elements/local-time.js";
import "./elements/message-composer.js";
import "./elements/online-mark.js";
import "./elements/open-conversation.js";
import "./elements/snooze-menu.js";
import "./elements/toast-line.js";
import "./elements/typing-line.js";
import "./elements/view-counters.js";
import { live } from "./lib/live.js";

live.start(`/${document.body.dataset.workspace}/live/`);
