import { backoff } from "./backoff.js";

const CALM = 300;

/** What there is before and beside a conversation: who is here, what is asked first, what was said elsewhere. */
export class Home {
  isLoaded = false;
  isOnline = false;
  /** @type {{name: string, initials: string, hue: number}[]} some of those who are here */
  team = [];
  /** @type {number | null} seconds that a first answer usually takes, where that is known */
  repliesIn = null;
  /** @type {Date | null} when working hours begin again, while nobody is here */
  backAt = null;
  /** @type {Record<string, "optional" | "required">} */
  asks = {};
  /** @type {{conversation: string, status: string, unseen: number, last: object}[]} */
  conversations = [];

  #fetch;
  #changed;
  #timer = 0;
  #attempt = 0;
  #asked = 0;

  /** @param {() => Promise<object>} fetch @param {() => void} changed */
  constructor(fetch, changed) {
    this.#fetch = fetch;
    this.#changed = changed;
  }

  /** Several reasons at once are one call. */
  load(wait = this.isLoaded ? CALM : 0) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#run(++this.#asked), wait);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#asked = -1;
  }

  /** Who is here has changed with it. */
  setOnline(online) {
    const differs = online !== this.isOnline;
    this.isOnline = online;
    if (differs && this.isLoaded) this.load();
  }

  /** @param {string | null} conversation the one before the visitor's eyes, which is counted elsewhere */
  unseenBut(conversation) {
    return this.conversations
      .filter((one) => one.conversation !== conversation)
      .reduce((sum, { unseen }) => sum + unseen, 0);
  }

  async #run(turn) {
    try {
      const { online, team, replies_in, back_at, asks, conversations } = await this.#fetch();
      if (turn !== this.#asked) return;
      this.#attempt = 0;
      Object.assign(this, { isLoaded: true, isOnline: online, team, repliesIn: replies_in, backAt: back_at && new Date(back_at), asks, conversations });
      this.#changed();
    } catch (refusal) {
      // What is refused for good, the conversation's own call tells.
      if (turn === this.#asked && refusal.passes) this.load(Math.max(refusal.wait, backoff(this.#attempt++)));
    }
  }
}
