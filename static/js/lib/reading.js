import { postQuietly } from "./fetching.js";

const PAUSE = 300;

/** Tells the server that somebody has the newest message before their eyes; once for several. */
export class Reading {
  #url;
  #timer = 0;

  /** @param {string} url */
  constructor(url) {
    this.#url = url;
  }

  note() {
    this.#timer ||= setTimeout(() => this.#tell(), PAUSE);
  }

  stop() {
    clearTimeout(this.#timer);
  }

  async #tell() {
    try {
      await postQuietly(this.#url, new FormData());
    } catch {
      // Still unread; the next message or a look at the tab tells again.
    }
    this.#timer = 0;
  }
}
