import { backoff, untilTold } from "./backoff.js";
import { Doors } from "./doors.js";
import { History } from "./history.js";
import { Home } from "./home.js";
import { uuid } from "./identifiers.js";
import { Line } from "./line.js";
import { Live } from "./live.js";
import { Outbox } from "./outbox.js";
import { Receipts } from "./receipts.js";
import { Typing } from "./typing.js";

/** One visitor: the conversation before their eyes, the others, what is on its way, and the line to the server. */
export class Session {
  readSeq = 0;
  isClosed = false;
  rating = "";
  /** @type {string | null} the code of a refusal that another try would not lift */
  trouble = null;
  /** @type {Home} who is here, and all conversations */
  home;
  doors;

  #history;
  #live;
  #outbox;
  #receipts;
  #identity = null;
  #begun = false;
  #stopped = false;
  #line;
  #typing;
  #timer = 0;
  #changed;
  #emit;

  /**
   * @param {import("./shelf.js").Shelf} shelf for what is not yet sent
   * @param {object} hear
   * @param {() => void} hear.changed something to draw
   * @param {(name: string, detail: object, cause?: string) => void} hear.happened for the host's page
   */
  constructor(token, shelf, { changed, happened }) {
    this.token = token;
    this.#changed = () => this.#stopped || changed();
    this.#emit = happened;
    this.doors = new Doors(token);
    this.home = new Home(() => this.doors.home(), this.#changed);
    this.#receipts = new Receipts((seq) => this.doors.read(seq, this.conversation));
    this.#history = new History((after, which) => this.doors.conversation(after, which), {
      answer: (answer) => this.#settle(answer),
      message: (message) => this.#note(message),
      forgotten: () => this.#forget(),
      refused: (code) => this.#bar(code),
    });
    this.#outbox = new Outbox(shelf, (item) => this.#deliver(item), this.#changed);
    this.#live = new Live(token, {
      frame: (frame) => this.#hear(frame),
      down: () => this.#wentDown(),
      refused: () => this.#wasTurnedAway(),
    });
    this.#line = new Line(this.#changed);
    this.#typing = new Typing(this.#changed, () => this.#live.send({ typing: this.conversation ?? true }));
  }

  get messages() {
    return this.#history.messages;
  }

  get conversation() {
    return this.#history.conversation;
  }

  get pending() {
    return this.#outbox.items.filter(({ conversation }) => !conversation || conversation === this.conversation);
  }

  get unread() {
    return this.#receipts.unread + this.home.unseenBut(this.conversation);
  }

  get isLoaded() {
    return this.#history.isLoaded;
  }

  get isDown() {
    return this.#line.isDown;
  }

  get typing() {
    return this.#typing.name;
  }

  get isNew() {
    return this.isLoaded && !this.hasWords;
  }

  get hasWords() {
    return this.messages.length + this.pending.length > 0;
  }

  get isBarred() {
    return this.trouble !== null && this.trouble !== "identity_invalid";
  }

  /** @param {string | null} jwt who the host's page says the visitor is */
  async start(jwt) {
    this.#line.expect();
    if ((await this.#introduce(jwt)) && !this.#stopped) this.#begin();
  }

  async identify(jwt) {
    if (jwt === this.#identity || !(await this.#introduce(jwt)) || !this.trouble) return;
    this.trouble = null;
    this.#changed();
    this.#begin();
  }

  stop() {
    this.#stopped = true;
    for (const part of [this.#live, this.#outbox, this.#receipts, this.#history, this.#line, this.#typing, this.home]) part.stop();
    clearTimeout(this.#timer);
  }

  turnTo(conversation) {
    this.#history.turnTo(conversation ?? uuid(), { isNew: !conversation });
    this.home.load();
    this.#changed();
  }

  say(text, page, { form, attachments } = {}) {
    // Without a name it goes to the latest, so that two tabs do not begin two first conversations.
    this.#outbox.add({ text, page, form, attachments, conversation: this.conversation });
    this.#typing.said();
    this.#changed();
  }

  resend(clientId) {
    this.#outbox.retry(clientId);
    if (this.isDown) this.catchUp();
  }

  async rate(value, comment) {
    const { conversation } = this;
    try {
      await this.doors.rate({ conversation, value, comment });
    } catch (refusal) {
      if (refusal.code !== "already_rated") throw refusal;
    }
    this.#wasRated(conversation, value);
    this.#changed();
  }

  visit(visit) {
    if (this.messages.length) this.doors.visit(visit).catch(() => {});
  }

  typed() {
    this.#typing.typed();
  }

  look(visible) {
    this.#receipts.look(visible);
    this.#changed();
  }

  catchUp({ renew = false } = {}) {
    if (!this.#begun || this.isBarred) return;
    if (renew) this.#live.renew();
    else this.#live.nudge();
    this.#history.sync();
    this.home.load();
    this.#outbox.flush();
  }

  wentOffline() {
    if (!this.#begun || this.isBarred) return;
    this.#live.renew();
    this.#line.expect();
  }

  #begin() {
    this.#begun = true;
    const waiting = this.#outbox.items.findLast(({ conversation }) => conversation)?.conversation;
    if (waiting) this.#history.turnTo(waiting, { isNew: false });
    this.#live.start();
    this.#history.sync();
    this.home.load();
    this.#outbox.flush();
  }

  async #deliver(item) {
    const message = await this.doors.say(item);
    if (!this.#history.add(message, item.conversation)) this.#elsewhere();
    if (!this.conversation) this.#history.sync(); // which it became
    if (message.seq === 1) this.home.load();
    this.#emit("sent", { conversation: item.conversation });
  }

  async #introduce(jwt) {
    this.#identity = jwt;
    if (!jwt) return true;
    const doubt = await untilTold(() => this.doors.identify(jwt), () => !this.#stopped && this.#identity === jwt);
    if (doubt === undefined) return false; // somebody else by now
    return doubt === null || this.#wasDoubted(doubt);
  }

  #wasDoubted(code) {
    if (code !== "identity_invalid") return this.#bar(code);
    this.trouble = code;
    this.#changed();
    return !this.#begun;
  }

  #bar(code) {
    this.trouble = code || "not_found";
    this.#line.stop();
    this.#live.stop();
    this.#changed();
    return false;
  }

  #hear(frame) {
    const isHere = !frame.conversation || frame.conversation === this.conversation;
    const heard = {
      watching: () => this.#cameUp(frame),
      message: () => this.#heardMessage(frame),
      status: () => (isHere ? (this.isClosed = frame.status === "closed") : this.home.load()),
      read: () => isHere && (this.readSeq = Math.max(this.readSeq, frame.seq)),
      seen: () => (isHere ? this.#receipts.seen(frame.seq) : this.home.load()),
      rated: () => this.#wasRated(frame.conversation, frame.rating),
      typing: () => isHere && this.#typing.writes(frame.name),
      online: () => this.home.setOnline(frame.online),
      resync: () => this.catchUp(),
    };
    if (!Object.hasOwn(heard, frame.kind)) return;
    heard[frame.kind]();
    this.#changed();
  }

  #heardMessage({ message, conversation }) {
    if (!this.#history.add(message, conversation)) this.#elsewhere();
    if (message.kind === "outgoing") this.#emit("message", { conversation, text: message.text }, `${conversation}:${message.seq}`);
  }

  /** Something was said in another one; ours may have become part of it. */
  #elsewhere() {
    this.home.load();
    this.#history.sync();
  }

  #wasRated(conversation, rating) {
    if (conversation === this.conversation) this.rating = rating;
    this.#emit("rated", { conversation, rating });
  }

  #note(message) {
    if (message.client_id) this.#outbox.settle(message.client_id);
    if (message.kind === "outgoing") this.#typing.writes(null);
    else this.isClosed = false;
    this.#receipts.note(message, { isNew: this.isLoaded });
  }

  #forget() {
    this.#receipts.forget();
    this.#typing.writes(null);
    this.isClosed = false;
    this.readSeq = 0;
    this.rating = "";
  }

  #settle({ status, read_seq, online, rating }) {
    this.isClosed = status === "closed";
    this.home.setOnline(online);
    this.readSeq = read_seq ?? 0;
    this.rating = rating ?? "";
    if (this.isBarred) this.trouble = null;
    this.#changed();
  }

  #cameUp({ conversation, seq, online }) {
    this.#line.stop();
    this.home.setOnline(online);
    if (!this.conversation || conversation === this.conversation) this.#history.expect(seq);
    else this.#history.sync();
    this.#outbox.flush();
  }

  #wentDown() {
    // Where sockets are blocked, every try to open one brings the news by the door instead.
    if (this.isDown) this.#history.sync();
    else this.#line.expect();
  }

  async #wasTurnedAway() {
    this.#line.stop();
    // Why, only a door can say. If none objects, it was a passing thing.
    await this.#history.sync();
    if (!this.isBarred && !this.#stopped) this.#timer = setTimeout(() => this.#live.start(), backoff(5));
  }
}
