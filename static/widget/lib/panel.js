import { About } from "./about.js";
import { Composer } from "./composer.js";
import { picture } from "./elements.js";
import { Copies } from "./copies.js";
import { Files } from "./files.js";
import { Help } from "./help.js";
import { Host, texts } from "./host.js";
import { shortHash } from "./identifiers.js";
import { Menu } from "./menu.js";
import { Overview } from "./overview.js";
import { sampleSession } from "./preview.js";
import { Ratings } from "./ratings.js";
import { rowsOf } from "./rows.js";
import { Session } from "./session.js";
import { Shelf } from "./shelf.js";
import { Sound } from "./sound.js";
import { Thread } from "./thread.js";
import { keepFocusIn } from "./trap.js";

const { channel, workspace, origins, words, chat, preview, help } = document.body.dataset;

/** The chat as the visitor sees it: one session drawn onto one page. */
class Panel {
  #words = { ...JSON.parse(words), workspace };
  #look = JSON.parse(chat);
  #part = Object.fromEntries(
    Array.from(document.querySelectorAll("[data-part]"), (node) => [node.dataset.part, node]),
  );
  #thread = new Thread(this.#part.log, this.#words, {
    resend: (clientId) => this.#session.resend(clientId),
    missed: (missed) => (this.#part.jump.hidden = !missed),
  });
  #composer = new Composer(this.#part.composer, {
    send: (text) => this.#send(text),
    typed: () => this.#session.typed(),
  });
  #files = new Files(this.#part, this.#words, {
    upload: (id, file, progress) => this.#session.doors.upload(id, file, progress),
    remove: (id) => void this.#session.doors.drop(id).catch(() => {}), // the server forgets it in a day
    changed: () => this.#isWaiting && this.#composer.submit(),
  });
  #host = new Host(JSON.parse(origins), {
    hello: (message) => this.#greet(message),
    opened: ({ full }) => this.#open(true, full),
    closed: () => this.#open(false),
  });
  #about = new About(this.#part, this.#words, { done: (text) => this.#begin(text) });
  #overview = new Overview(this.#part, this.#words, (conversation) => this.#turnTo(conversation));
  #ratings = new Ratings(this.#part, this.#words, (value, comment) => this.#session.rate(value, comment));
  #copies = new Copies(this.#part, this.#words, (email) =>
    this.#session.doors.copy({ conversation: this.#session.conversation, email }),
  );
  #help = new Help(this.#part, this.#words, preview ? "" : help, {
    doors: () => this.#session?.doors,
    changed: () => {
      this.#see();
      this.#change();
    },
    ask: () => (this.#isHome ? this.#turnTo() : this.#returned()),
    closed: () => this.#focus(),
  });
  #menu = new Menu(this.#part, () => this.#turnTo());
  #sound = new Sound(this.#part.sound, this.#look.sound, (name, text) =>
    this.#host.tell({ helpdesk: "keep", name, text }),
  );
  /** @type {Session | null} */
  #session = null;
  #page = null;
  #visit = {};
  #isOpen = false;
  #isHome = false;
  #isFull = false;
  #isDrawing = false;
  #wantsFocus = false;
  #mayWrite = false;
  #unread = 0;
  #isWaiting = false;

  start() {
    if (preview) {
      this.#session = sampleSession(JSON.parse(preview), this.#words);
      return this.#draw();
    }
    this.#part.close.addEventListener("click", () => this.#host.tell({ helpdesk: "close" }));
    this.#part.jump.addEventListener("click", () => this.#thread.toEnd());
    this.#part.back.addEventListener("click", () => (this.#help.isOpen ? this.#help.back() : this.#goHome()));
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("online", () => this.#session?.catchUp({ renew: true }));
    addEventListener("offline", () => this.#session?.wentOffline());
    document.addEventListener("visibilitychange", () => {
      this.#see();
      if (this.#isSeen) this.#session?.catchUp();
    });
    this.#host.settle(document.referrer);
    const { colour, side, x, y, label } = this.#look;
    this.#host.tell({ helpdesk: "ready", colour, side, x, y, label });
  }

  #key(event) {
    if (this.#isFull) keepFocusIn(document.body, event);
    if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
    if (!this.#menu.close()) this.#host.tell({ helpdesk: "close" });
  }

  #greet({ token, identity, page, kept, fields, referrer }) {
    if (typeof token !== "string") return;
    const moved = page?.url !== this.#page?.url;
    this.#page = page;
    this.#about.know(fields);
    this.#copies.know(fields);
    this.#sound.know(kept);
    this.#visit = { referrer, fields: texts(fields), language: navigator.language, zone: Intl.DateTimeFormat().resolvedOptions().timeZone };
    if (token === this.#session?.token) {
      if (moved) this.#tellVisit();
      return void this.#session.identify(identity);
    }
    this.#session?.stop();
    this.#mayWrite = false;
    this.#thread.clear();
    this.#files.clear();
    const shelf = new Shelf(`helpdesk:${channel}:out:${shortHash(token)}:`, kept ?? {}, (name, text) =>
      this.#host.tell({ helpdesk: "keep", name, text }),
    );
    this.#session = new Session(token, shelf, {
      changed: () => this.#change(),
      happened: (...what) => this.#happened(...what),
    });
    this.#session.look(this.#isSeen);
    this.#session.start(identity);
    this.#change();
  }

  #happened(name, detail, cause) {
    if (name === "sent") return this.#tellVisit();
    if (name === "message" && !(this.#isSeen && document.hasFocus())) this.#sound.play(cause);
    this.#host.tell({ helpdesk: "event", name, detail });
  }

  #tellVisit() {
    this.#session.visit({ ...this.#visit, page: this.#page });
  }

  /** Waits for files that are still on their way; the words stay in the box. @returns {boolean} whether it is said */
  #send(text) {
    this.#isWaiting = this.#files.isBusy;
    if (this.#isWaiting || !(text || this.#files.hasAny)) return false;
    this.#say(text, this.#files.take());
    return true;
  }

  #say(text, attachments = []) {
    const form = this.#session.hasWords ? undefined : this.#about.answers;
    this.#session.say(text, this.#page, { form, attachments: attachments.length ? attachments : undefined });
  }

  /** The form is filled; where it asked for the message too, that is sent at once. */
  #begin(text) {
    if (text) this.#say(text);
    this.#change();
    queueMicrotask(() => this.#composer.focus());
  }

  #turnTo(conversation) {
    this.#isHome = false;
    if (!conversation) this.#about.forget();
    this.#part.copied.textContent = "";
    this.#session.turnTo(conversation);
    this.#see();
    this.#returned();
  }

  #goHome() {
    this.#isHome = true;
    this.#session.home.load();
    this.#see();
    queueMicrotask(() => this.#part.ask.focus());
  }

  #returned() {
    queueMicrotask(() => {
      this.#thread.toEnd();
      this.#focus();
    });
  }

  #focus() {
    this.#wantsFocus = this.#part.about.hidden && !this.#composer.isEnabled;
    if (!this.#part.about.hidden) this.#about.focus();
    else if (!this.#wantsFocus) this.#composer.focus();
  }

  #open(isOpen, full = false) {
    this.#isOpen = isOpen;
    this.#isFull = isOpen && full;
    this.#see();
    if (!isOpen) return;
    if (this.#session?.isDown) this.#session.catchUp();
    if (this.#help.isOpen) return;
    this.#thread.toEnd();
    this.#focus();
  }

  #see() {
    this.#session?.look(this.#isSeen);
  }

  get #isSeen() {
    return this.#isOpen && !this.#isHome && !this.#help.isOpen && document.visibilityState === "visible";
  }

  /** Many changes, one drawing. */
  #change() {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    queueMicrotask(() => {
      this.#isDrawing = false;
      this.#draw();
    });
  }

  #draw() {
    const session = this.#session;
    const { home, isBarred } = session;
    const isAway = this.#look.offline === "form" && home.isLoaded && !home.isOnline;
    const isHome = this.#isHome && !isBarred;
    const asksFirst = this.#about.draw(session, isAway) && !isHome;
    this.#part.about.hidden = !asksFirst;
    this.#showParts(session, isHome, asksFirst);
    this.#drawHead(session, isHome);
    this.#part.log.setAttribute("aria-busy", String(!session.isLoaded));
    this.#thread.draw(rowsOf(session, this.#words, new Date()));
    this.#overview.draw(home, this.#look.away);
    this.#ratings.draw(session);
    this.#copies.draw(!isHome && session.messages.some(({ kind }) => kind === "outgoing"));
    if (isHome) this.#part.rating.hidden = true;
    this.#drawNotice(session);
    // Before it is known what is asked first, nothing can be written; but then for good, that nothing is taken from under one's hands.
    this.#mayWrite ||= (home.isLoaded && session.isLoaded) || session.hasWords || session.isDown;
    this.#composer.set(this.#mayWrite, !isHome && !asksFirst && !isBarred);
    if (this.#wantsFocus && (asksFirst || this.#composer.isEnabled)) this.#focus();
    this.#tellUnread(session.unread);
  }

  #showParts({ home, isNew, isBarred, conversation }, isHome, asksFirst) {
    const part = this.#part;
    const others = home.conversations.some((one) => one.conversation !== conversation) || (!isNew && home.conversations.length > 0);
    const isReading = this.#help.isOpen && !isBarred;
    part.back.hidden = !isReading && (isHome || isBarred || !others);
    part.home.hidden = !isHome;
    part.log.hidden = isHome || asksFirst;
    part.hello.hidden = !(isHome || isNew) || isBarred;
    part.fresh.hidden = isBarred || !home.conversations.length;
    this.#help.place(isHome ? "home" : asksFirst ? "about" : isNew && !isBarred ? "start" : "");
    document.body.classList.toggle("is-reading", isReading);
    document.body.classList.toggle("is-empty", !part.hello.hidden && !isReading);
    document.body.classList.toggle("is-barred", isBarred);
  }

  #drawHead({ messages, home: { isOnline }, isLoaded, unread }, isHome) {
    const isReading = this.#help.isOpen;
    const news = unread ? this.#words.unreadCount.replace("{count}", unread) : "";
    this.#part.back.ariaLabel = isReading ? [this.#words.goBack, news].filter(Boolean).join(". ") : this.#words.yourConversations;
    this.#part.back.classList.toggle("has-news", isReading && Boolean(news));
    const author = isHome ? undefined : messages.findLast((message) => message.author)?.author;
    const { title, subtitle, avatar, dot } = this.#part;
    title.textContent = isReading ? this.#help.title : (author?.name ?? workspace);
    avatar.textContent = author?.initials ?? workspace.charAt(0);
    if (author?.photo) avatar.append(picture(author.photo));
    avatar.classList.toggle("avatar--brand", !author);
    if (author) avatar.style.setProperty("--h", String(Number(author.hue) || 0));
    // Above the greeting it would say the same twice.
    if (isReading) subtitle.textContent = this.#help.subtitle;
    else subtitle.textContent = this.#part.hello.hidden ? this.#presence(author, isOnline, isLoaded) : "";
    subtitle.parentElement.hidden = !subtitle.textContent;
    dot.hidden = !isOnline || !subtitle.textContent || isReading;
  }

  #presence(author, isOnline, isLoaded) {
    if (!isLoaded) return author ? workspace : "";
    if (author) return isOnline ? this.#words.workspaceHere.replace("{workspace}", workspace) : workspace;
    return isOnline ? this.#words.here : this.#words.away;
  }

  #drawNotice({ trouble, isDown }) {
    const text = trouble ? (this.#words[trouble] ?? this.#words.not_found) : isDown ? this.#words.reconnecting : "";
    const { notice } = this.#part;
    if (notice.textContent !== text) notice.textContent = text;
    notice.classList.toggle("notice--down", isDown && !trouble);
  }

  #tellUnread(count) {
    if (count === this.#unread) return;
    this.#unread = count;
    const words = count ? this.#words.unreadCount.replace("{count}", count) : "";
    this.#host.tell({ helpdesk: "unread", count, words });
  }
}

new Panel().start();
