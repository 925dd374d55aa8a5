import { backoff } from "./backoff.js";
import { Transcript } from "./transcript.js";

/** Keeps the transcript whole: asks for what is missing until nothing is. */
export class History {
  isLoaded = false;

  #fetch;
  #hear;
  #transcript = new Transcript();
  /** @type {string | null} null until the latest is known */
  conversation = null;
  /** How far the server said it goes. */
  #expected = 0;
  #attempt = 0;
  #timer = 0;
  #isRunning = false;
  #again = false;
  #stopped = false;

  /**
   * @param {(after: number, conversation: string | null) => Promise<object>} fetch
   * @param {object} hear
   * @param {(answer: object) => void} hear.answer what a call brought, messages already added
   * @param {(message: import("./transcript.js").Message) => void} hear.message a new one
   * @param {() => void} hear.forgotten it was another conversation
   * @param {(code: string) => void} hear.refused for good
   */
  constructor(fetch, hear) {
    this.#fetch = fetch;
    this.#hear = hear;
  }

  get messages() {
    return this.#transcript.messages;
  }

  /** @param {number} seq as told by a fresh socket */
  expect(seq) {
    this.#expected = seq;
    if (!this.#isRunning && (!this.isLoaded || seq !== this.#transcript.tip)) this.sync();
  }

  /**
   * @param {import("./transcript.js").Message} message from the socket or the answer to our own
   * @param {string | null} conversation that it was said in
   * @returns {boolean} whether that is the one we keep
   */
  add(message, conversation) {
    this.conversation ??= conversation;
    if (conversation && conversation !== this.conversation) return false;
    this.#note(message);
    if (this.#transcript.hasGap) this.sync();
    return true;
  }

  /** @param {string} conversation @param {object} how @param {boolean} how.isNew nothing was said in it yet */
  turnTo(conversation, { isNew }) {
    if (conversation === this.conversation) return;
    this.#forget(conversation);
    this.isLoaded = isNew;
    if (!isNew) this.sync();
  }

  async sync() {
    this.#again = true;
    if (this.#isRunning || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#isRunning = true;
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        await this.#run();
      }
      this.#attempt = 0;
    } catch (refusal) {
      this.#stumble(refusal);
    } finally {
      this.#isRunning = false;
    }
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  /** Asks from where we stand, until we are where the server is or get no further. */
  async #run() {
    for (let before = -1; before < this.#transcript.tip; ) {
      before = this.#transcript.tip;
      const asked = this.conversation;
      const answer = await this.#fetch(before, asked);
      if (this.#stopped) return;
      if (asked !== this.conversation) {
        before = -1; // turned to another meanwhile
        continue;
      }
      if (this.#isAnother(answer, before)) {
        this.#forget(answer.conversation);
        before = -1;
        continue;
      }
      for (const message of answer.messages) this.#note(message);
      this.#transcript.trust(answer.messages.at(-1)?.seq ?? 0);
      this.conversation ??= answer.conversation;
      this.isLoaded = true;
      this.#hear.answer(answer);
      if (this.#transcript.tip >= Math.max(answer.seq, this.#expected)) return;
    }
  }

  #note(message) {
    if (this.#transcript.add(message)) this.#hear.message(message);
  }

  #isAnother({ conversation, seq }, before) {
    return (conversation && this.conversation && conversation !== this.conversation) || seq < before;
  }

  #forget(conversation) {
    this.#transcript.forget();
    this.conversation = conversation;
    this.#expected = 0;
    this.#hear.forgotten();
  }

  #stumble(refusal) {
    if (this.#stopped) return;
    if (!refusal.passes) return void this.#hear.refused(refusal.code);
    const wait = Math.max(refusal.wait, backoff(this.#attempt++));
    this.#timer = setTimeout(() => this.sync(), wait);
  }
}
