import { backoff } from "./backoff.js";
import { Doors } from "./doors.js";
import { History } from "./history.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { Receipts } from "./receipts.js";

const LINE_IS_DOWN = 2000;
const TYPING_LASTS = 6000;
const TYPING_EVERY = 2000;

/** One visitor's conversation: what was said, what is on its way, and the line to the server. */
export class Session {
  readSeq = 0;
  isClosed = false;
  isOnline = false;
  isDown = false;
  /** @type {string | null} the operator who is writing */
  typing = null;
  /** @type {string | null} the code of a refusal that another try would not lift */
  trouble = null;

  #doors;
  #history;
  #live;
  #outbox;
  #receipts;
  #identity = null;
  #begun = false;
  #stopped = false;
  #typedAt = 0;
  #timers = {};
  #changed;

  /**
   * @param {string} token
   * @param {import("./shelf.js").Shelf} shelf for what is not yet sent
   * @param {() => void} changed something to draw
   */
  constructor(token, shelf, changed) {
    this.token = token;
    this.#changed = () => this.#stopped || changed();
    this.#doors = new Doors(token);
    this.#receipts = new Receipts((seq) => this.#doors.read(seq));
    this.#history = new History((after) => this.#doors.conversation(after), {
      answer: (answer) => this.#settle(answer),
      message: (message) => this.#note(message),
      forgotten: () => this.#receipts.forget(),
      refused: (code) => this.#bar(code),
    });
    this.#outbox = new Outbox(
      shelf,
      async (item) => this.#history.add(await this.#doors.say(item)),
      this.#changed,
    );
    this.#live = new Live(token, {
      frame: (frame) => this.#hear(frame),
      down: () => this.#wentDown(),
      refused: () => this.#wasTurnedAway(),
    });
  }

  get messages() {
    return this.#history.messages;
  }

  get pending() {
    return this.#outbox.items;
  }

  get unread() {
    return this.#receipts.unread;
  }

  get isLoaded() {
    return this.#history.isLoaded;
  }

  /** Not known by name may still mean known from before, or welcome as a guest. */
  get isBarred() {
    return this.trouble !== null && this.trouble !== "identity_invalid";
  }

  /** @param {string | null} jwt who the host's page says the visitor is */
  async start(jwt) {
    this.#expectLine();
    if ((await this.#introduce(jwt)) && !this.#stopped) this.#begin();
  }

  /** @param {string | null} jwt a fresh one for the same customer */
  async identify(jwt) {
    if (jwt === this.#identity || !(await this.#introduce(jwt)) || !this.trouble) return;
    this.trouble = null;
    this.#changed();
    this.#begin();
  }

  stop() {
    this.#stopped = true;
    for (const part of [this.#live, this.#outbox, this.#receipts, this.#history]) part.stop();
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
  }

  say(text, page) {
    this.#outbox.add(text, page);
    this.#typedAt = 0;
    this.#changed();
  }

  resend(clientId) {
    this.#outbox.retry(clientId);
  }

  typed() {
    if (Date.now() - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = Date.now();
    this.#live.send({ typing: true });
  }

  /** @param {boolean} visible whether the visitor has the messages before their eyes */
  look(visible) {
    this.#receipts.look(visible);
    this.#changed();
  }

  /** Asks what was missed while the computer slept or the network was away. */
  catchUp({ renew = false } = {}) {
    if (!this.#begun || this.isBarred) return;
    if (renew) this.#live.renew();
    else this.#live.nudge();
    this.#history.sync();
    this.#outbox.flush();
  }

  /** The browser says the network is gone; a socket would not notice for a while. */
  wentOffline() {
    if (!this.#begun || this.isBarred) return;
    this.#live.renew();
    this.#expectLine();
  }

  #begin() {
    this.#begun = true;
    this.#live.start();
    this.#history.sync();
    this.#outbox.flush();
  }

  /** @returns {Promise<boolean>} whether to go on */
  async #introduce(jwt) {
    this.#identity = jwt;
    for (let attempt = 0; jwt && !this.#stopped && this.#identity === jwt; attempt++) {
      try {
        await this.#doors.identify(jwt);
        return true;
      } catch (refusal) {
        if (!refusal.passes) return this.#wasDoubted(refusal.code);
        await new Promise((resume) => setTimeout(resume, Math.max(refusal.wait, backoff(attempt))));
      }
    }
    return !jwt;
  }

  #wasDoubted(code) {
    if (code !== "identity_invalid") return this.#bar(code);
    this.trouble = code;
    this.#changed();
    return !this.#begun;
  }

  #bar(code) {
    this.trouble = code || "not_found";
    this.#stopExpecting();
    this.#live.stop();
    this.#changed();
    return false;
  }

  #hear(frame) {
    const heard = {
      watching: () => this.#cameUp(frame),
      message: () => this.#history.add(frame.message, frame.conversation),
      status: () => (this.isClosed = frame.status === "closed"),
      read: () => (this.readSeq = Math.max(this.readSeq, frame.seq)),
      typing: () => this.#writes(frame.name),
      online: () => (this.isOnline = frame.online),
      resync: () => this.#history.sync(),
    };
    if (!Object.hasOwn(heard, frame.kind)) return;
    heard[frame.kind]();
    this.#changed();
  }

  #note(message) {
    if (message.client_id) this.#outbox.settle(message.client_id);
    if (message.kind === "outgoing") this.#writes(null);
    else this.isClosed = false;
    this.#receipts.note(message, { isNew: this.isLoaded });
  }

  #settle({ status, read_seq, online }) {
    this.isClosed = status === "closed";
    this.isOnline = online;
    this.readSeq = read_seq ?? 0;
    if (this.isBarred) this.trouble = null;
    this.#changed();
  }

  #writes(name) {
    clearTimeout(this.#timers.typing);
    this.typing = name;
    if (!name) return;
    this.#timers.typing = setTimeout(() => {
      this.typing = null;
      this.#changed();
    }, TYPING_LASTS);
  }

  #cameUp({ seq, online }) {
    this.#stopExpecting();
    this.isOnline = online;
    this.#history.expect(seq);
    this.#outbox.flush();
  }

  #wentDown() {
    // Where sockets are blocked, every try to open one brings the news by the door instead.
    if (this.isDown) this.#history.sync();
    else this.#expectLine();
  }

  /** Counts from the first failure: tries that fail in between do not start it anew. */
  #expectLine() {
    this.#timers.line ??= setTimeout(() => {
      this.isDown = true;
      this.#changed();
    }, LINE_IS_DOWN);
  }

  #stopExpecting() {
    clearTimeout(this.#timers.line);
    this.#timers.line = null;
    this.isDown = false;
  }

  async #wasTurnedAway() {
    this.#stopExpecting();
    // Why, only a door can say. If none objects, it was a passing thing.
    await this.#history.sync();
    if (this.isBarred || this.#stopped) return;
    this.#timers.live = setTimeout(() => this.#live.start(), backoff(5));
  }
}
