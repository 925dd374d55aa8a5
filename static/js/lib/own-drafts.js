import { getJson } from "./fetching.js";
import { live } from "./live.js";

/** Where the reader has left words unsent, as "12:reply"; told as the event `change`. */
class OwnDrafts extends EventTarget {
  #all = new Set();

  /** @param {string} url */
  start(url) {
    live.on(new AbortController().signal, {
      up: () => this.#fetch(url),
      draft: ({ number, what, exists }) => {
        this.#all[exists ? "add" : "delete"](`${number}:${what}`);
        this.dispatchEvent(new Event("change"));
      },
    });
  }

  /** @param {string} number */
  has(number) {
    return this.#all.has(`${number}:reply`) || this.#all.has(`${number}:note`);
  }

  async #fetch(url) {
    const fetched = await getJson(url).catch(() => null);
    if (!fetched) return; // the next connection brings it
    this.#all = new Set(fetched.drafts);
    this.dispatchEvent(new Event("change"));
  }
}

export const ownDrafts = new OwnDrafts();
