import { Composer } from "./lib/composer.js";
import { Host } from "./lib/host.js";
import { shortHash } from "./lib/identifiers.js";
import { rowsOf } from "./lib/rows.js";
import { Session } from "./lib/session.js";
import { Shelf } from "./lib/shelf.js";
import { Thread } from "./lib/thread.js";

const { channel, colour, workspace, origins, words } = document.body.dataset;

/** The chat as the visitor sees it: one session drawn onto one page. */
class Panel {
  #words = { ...JSON.parse(words), workspace };
  #part = Object.fromEntries(
    Array.from(document.querySelectorAll("[data-part]"), (node) => [node.dataset.part, node]),
  );
  #thread = new Thread(this.#part.log, this.#words, {
    resend: (clientId) => this.#session.resend(clientId),
    missed: (missed) => (this.#part.jump.hidden = !missed),
  });
  #composer = new Composer(this.#part.composer, {
    send: (text) => this.#session.say(text, this.#page),
    typed: () => this.#session.typed(),
  });
  #host = new Host(JSON.parse(origins), {
    hello: (message) => this.#greet(message),
    opened: () => this.#open(true),
    closed: () => this.#open(false),
  });
  /** @type {Session | null} */
  #session = null;
  #page = null;
  #isOpen = false;
  #isDrawing = false;
  #unread = 0;

  start() {
    this.#part.close.addEventListener("click", () => this.#host.tell({ helpdesk: "close" }));
    this.#part.jump.addEventListener("click", () => this.#thread.toEnd());
    addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.#host.tell({ helpdesk: "close" });
    });
    addEventListener("online", () => this.#session?.catchUp({ renew: true }));
    addEventListener("offline", () => this.#session?.wentOffline());
    document.addEventListener("visibilitychange", () => {
      this.#look();
      if (this.#isSeen) this.#session?.catchUp();
    });
    this.#host.settle(document.referrer);
    this.#host.tell({ helpdesk: "ready", colour });
  }

  #greet({ token, identity, page, kept }) {
    if (typeof token !== "string") return;
    this.#page = page;
    if (token === this.#session?.token) return void this.#session.identify(identity);
    this.#session?.stop();
    this.#thread.clear();
    const shelf = new Shelf(`helpdesk:${channel}:out:${shortHash(token)}:`, kept ?? {}, (name, text) =>
      this.#host.tell({ helpdesk: "keep", name, text }),
    );
    this.#session = new Session(token, shelf, () => this.#change());
    this.#session.look(this.#isSeen);
    this.#session.start(identity);
    this.#change();
  }

  #open(isOpen) {
    this.#isOpen = isOpen;
    this.#look();
    if (!isOpen) return;
    if (this.#session?.isDown) this.#session.catchUp();
    this.#thread.toEnd();
    this.#composer.focus();
  }

  #look() {
    this.#session?.look(this.#isSeen);
  }

  get #isSeen() {
    return this.#isOpen && document.visibilityState === "visible";
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
    const rows = rowsOf(session, this.#words, new Date());
    document.body.classList.toggle("is-empty", rows.length === 0 && session.isLoaded && !session.isBarred);
    document.body.classList.toggle("is-barred", session.isBarred);
    this.#drawHead(session);
    this.#part.log.setAttribute("aria-busy", String(!session.isLoaded));
    this.#thread.draw(rows);
    this.#drawNotice(session);
    this.#composer.set(true, !session.isBarred);
    this.#tellUnread(session.unread);
  }

  #drawHead({ messages, isOnline, isLoaded }) {
    const author = messages.findLast((message) => message.author)?.author;
    const { title, subtitle, avatar, dot } = this.#part;
    title.textContent = author?.name ?? workspace;
    avatar.textContent = author?.initials ?? workspace.charAt(0);
    avatar.classList.toggle("avatar--brand", !author);
    if (author) avatar.style.setProperty("--h", String(Number(author.hue) || 0));
    dot.hidden = !isOnline;
    subtitle.textContent = this.#presence(author, isOnline, isLoaded);
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
    this.#host.tell({ helpdesk: "unread", count });
  }
}

new Panel().start();
