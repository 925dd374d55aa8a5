import { ownEntries } from "../lib/entries.js";
import { getHtml, parse } from "../lib/fetching.js";
import { onward } from "../lib/going-on.js";
import { leaveWith } from "../lib/leaving.js";
import { live } from "../lib/live.js";
import { openConversation } from "../lib/opening.js";
import { Reading } from "../lib/reading.js";
import { untilDone } from "../lib/retrying.js";
import { submitQuietly } from "../lib/submitting.js";
import { offerUndo, offerWayBack } from "../lib/undoing.js";
import { isUnread } from "../lib/unread.js";

/** The conversation on the screen: what is pushed about it, what is missed, what is done to it. */
class OpenConversation extends HTMLElement {
  #gone = null;
  #reading = null;
  #seen = 0;
  #wanted = 0;
  #fetching = false;
  #stale = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.#seen = Number(this.#head.dataset.seq);
    this.#reading = new Reading(this.dataset.read);
    live.on(signal, {
      conversation: (frame) => frame.number === this.#number && this.#hear(frame),
      contact: ({ number, seq }) => number === this.#number && this.#redraw(seq),
      // What the customer is called has no number by which we would miss it.
      down: () => (this.#stale = true),
      resync: () => (this.#stale = true),
      watching: ({ conversation, seq }) => conversation === this.#number && this.#reach(seq),
      refused: ({ conversation }) => conversation === this.#number && location.assign(".."),
    });
    this.addEventListener("submit", this.#submit);
    this.addEventListener("written", () => live.isUp || this.#reach(this.#seen + 1));
    document.addEventListener("redrawn", () => this.#redraw(), { signal });
    document.addEventListener("visibilitychange", () => this.#read(), { signal });
    live.watchConversation(this.#number);
    document.dispatchEvent(new Event("opened"));
    this.#read();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#reading.stop();
    if (document.querySelector("open-conversation")) return;
    live.watchConversation(null);
    document.dispatchEvent(new Event("opened"));
  }

  async #submit(event) {
    if (event.defaultPrevented) return; // the composer's
    const goOn = onward(this.dataset.number);
    const restore = leaveWith(this.dataset.number, event);
    const answer = await submitQuietly(event);
    const head = answer?.querySelector("#head");
    if (!head) {
      restore?.();
      return;
    }
    const done = answer.querySelector("#done");
    const redraws = done?.hasAttribute("data-redraws");
    if (redraws) offerWayBack(done);
    else if (done) offerUndo(done.textContent, [done.getAttribute("data-event")]);
    if (!this.isConnected) return;
    const whole = done?.getAttribute("data-whole");
    if (whole && !location.pathname.endsWith(whole)) return openConversation(whole);
    this.querySelector(".conv__twin")?.toggleAttribute("hidden", Boolean(whole));
    this.#showHead(head);
    if (redraws) this.#redraw();
    if (!live.isUp) this.#reach(Number(head.dataset.seq));
    if (done && head.dataset.status !== "open" && restore) goOn();
  }

  #hear({ first, seq, entries, head }) {
    if (seq <= this.#seen) return;
    if (first > this.#seen + 1 || this.#fetching) this.#reach(seq);
    else this.#show(parse(entries).children, parse(head).firstElementChild);
  }

  /** Fetches what lies between what is shown and a number, for as long as that takes. */
  async #reach(seq) {
    this.#wanted = Math.max(this.#wanted, seq);
    if (this.#fetching) return;
    this.#fetching = true;
    const fetchMissed = () => getHtml(`${this.dataset.timeline}?after=${this.#seen}`);
    while (this.#stale || this.#wanted > this.#seen) {
      if (this.#stale) this.#seen = Math.max(0, this.querySelector("conversation-thread").floor - 1);
      this.#stale = false;
      const missed = await untilDone(fetchMissed, this.#gone.signal);
      if (!missed) break;
      const until = Number(missed.querySelector("#until").value);
      this.#show(ownEntries(missed), missed.querySelector("#head"), until);
    }
    this.#fetching = false;
  }

  /** The customer is called otherwise now, or mails look otherwise, in every line that is shown. */
  #redraw(seq = this.#seen) {
    this.#stale = true;
    this.#reach(Math.max(seq, this.#seen));
  }

  #show(entries, head, until = Number(head.dataset.seq)) {
    this.#seen = until;
    this.querySelector("conversation-thread").apply([...entries]);
    this.#showHead(head);
    this.#read();
  }

  #showHead(head) {
    if (Number(head.dataset.seq) < Number(this.#head.dataset.seq)) return;
    // A button that is taken away between being pressed and let go does nothing.
    if (this.#head.matches(":active")) {
      requestAnimationFrame(() => this.isConnected && this.#showHead(head));
      return;
    }
    const focused = this.#head.contains(document.activeElement) && document.activeElement.ariaLabel;
    this.#head.replaceWith(head);
    const again = focused && head.querySelector(`[aria-label="${CSS.escape(focused)}"]`);
    if (focused) (again ?? this.querySelector("main")).focus();
    document.dispatchEvent(new CustomEvent("head", { detail: head }));
  }

  #read() {
    const isSeen = document.visibilityState === "visible";
    if (isSeen && isUnread(this.#head)) this.#reading.note();
  }

  get #head() {
    return /** @type {HTMLElement} */ (this.querySelector("#head"));
  }

  get #number() {
    return Number(this.dataset.number);
  }
}

customElements.define("open-conversation", OpenConversation);
