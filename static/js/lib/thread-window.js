import { entriesOf } from "./entries.js";

const MOST = 300; // entries on the page, whoever reads or waits how long
const KEPT = 200;

/** Which part of a conversation is on the page: links at its ends lead to what is not. */
export class ThreadWindow {
  #thread;

  /** @param {HTMLElement} thread */
  constructor(thread) {
    this.#thread = thread;
  }

  /** @returns {{from: number, to: number}} the numbers that belong here, as far as they are known */
  get numbers() {
    const entries = entriesOf(this.#thread);
    return {
      from: this.earlier && entries.length ? Number(entries[0].dataset.seq) : 0,
      to: this.later && entries.length ? Number(entries.at(-1).dataset.seq) : Infinity,
    };
  }

  /** @returns {HTMLAnchorElement | null} */
  get earlier() {
    return this.#thread.querySelector(":scope > .earlier a");
  }

  /** @returns {HTMLAnchorElement | null} */
  get later() {
    return this.#thread.querySelector(":scope > .later a");
  }

  /**
   * Takes off what is far from the reader.
   * @param {"start" | "end"} end
   */
  trim(end) {
    const entries = entriesOf(this.#thread);
    if (entries.length <= MOST) return;
    const [off, on] =
      end === "start" ? [entries.slice(0, -KEPT), entries.at(-KEPT)] : [entries.slice(KEPT), entries[KEPT - 1]];
    for (const entry of off) entry.remove();
    const [name, query] = end === "start" ? ["earlier", "before"] : ["later", "from"];
    this.#thread.querySelector(`:scope > .${name}`)?.remove();
    const link = this.#link(name, `?${query}=${on.dataset.seq}`);
    if (end === "start") this.#thread.prepend(link);
    else entriesOf(this.#thread).at(-1).after(link);
  }

  #link(name, query) {
    const line = document.createElement("p");
    const link = document.createElement("a");
    line.className = name;
    link.className = "btn btn--sm";
    link.href = this.#thread.dataset.url + query;
    link.textContent = this.#thread.dataset[name];
    line.append(link);
    return line;
  }
}
