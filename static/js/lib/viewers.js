import { live } from "./live.js";

/**
 * Who has which conversation open, as far as this screen may know; told as the event `change`.
 * @typedef {{who: string, name: string, initials: string, hue: number, photo: string}} Viewer
 */
class Viewers extends EventTarget {
  /** @type {Map<number, Map<string, Viewer>>} */
  #all = new Map();

  constructor() {
    super();
    const change = (frame) => this.#tell(this.#note(frame));
    live.on(new AbortController().signal, {
      viewing: change,
      row_viewing: change,
      watching: (frame) => this.#tell(this.#begin(frame)),
      // Where it went is not heard here any more, unless it is open.
      removal: ({ number }) => number !== openNumber() && this.#all.delete(number),
      down: () => this.#tell(this.#all.clear()),
    });
  }

  /** @param {number} number */
  of(number) {
    return [...(this.#all.get(number)?.values() ?? [])];
  }

  /** What is, for the conversation or the list that is watched from now on. */
  #begin({ conversation, viewers = [] }) {
    const begun = conversation ? [conversation] : [...this.#all.keys()].filter((number) => number !== openNumber());
    for (const number of begun) this.#all.delete(number);
    for (const viewer of viewers) this.#note(viewer);
  }

  #note({ number, who, state, ...facts }) {
    if (!this.#all.has(number)) this.#all.set(number, new Map());
    if (state === "off") this.#all.get(number).delete(who);
    else this.#all.get(number).set(who, { who, ...facts });
  }

  #tell(_done) {
    this.dispatchEvent(new Event("change"));
  }
}

function openNumber() {
  return Number(document.querySelector("open-conversation")?.getAttribute("data-number"));
}

export const viewers = new Viewers();
