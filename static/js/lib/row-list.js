import { parse, Refused } from "./fetching.js";
import { fetchRows, merge, place, seqOf } from "./rows.js";
import { backOff } from "./socket.js";

const MOST_PAGES = 10; // that are fetched again at once

/** Rows of one view: pushed, taken away, fetched page by page. Fetches take turns. */
export class RowList {
  #element;
  #added;
  /** @type {(() => void)[] | null} what is heard while the list is being fetched waits here */
  #held = [];
  /** @type {Map<number, number>} the numbers at which conversations left the view */
  #left = new Map();
  #pages = 1;
  #turn = Promise.resolve();
  #signal;
  #attempt = 0;
  #again = 0;

  /**
   * It listens from its first refresh on: what comes before may still belong to another list.
   * @param {HTMLElement} element the list, followed by a paragraph with a link while there is more
   * @param {(row: HTMLElement) => void} added is told of every row that is new to the page
   * @param {AbortSignal} signal ends what is still to come
   */
  constructor(element, added, signal) {
    this.#element = element;
    this.#added = added;
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#again));
  }

  /** @param {{number: number, seq: number, html: string}} frame */
  put({ number, seq, html }) {
    this.#whenStill(() => {
      if ((this.#left.get(number) ?? -1) > seq) return;
      this.#place(/** @type {HTMLElement} */ (parse(html).firstElementChild), this.#more !== null);
    });
  }

  /** @param {{number: number, seq: number}} frame */
  remove({ number, seq }) {
    this.#whenStill(() => {
      this.#left.set(number, seq);
      const row = /** @type {HTMLElement} */ (this.#element.querySelector(`#row-${number}`));
      if (row && seqOf(row) <= seq) row.remove();
    });
  }

  /**
   * Fetches as many pages as are on the screen; what is heard meanwhile comes on top.
   * @param {string} url
   */
  refresh(url) {
    clearTimeout(this.#again);
    this.#next(async () => {
      this.#held ??= [];
      this.#pages = Math.min(this.#pages, MOST_PAGES);
      try {
        const { rows, more } = await fetchRows(url, this.#pages);
        merge(this.#element, rows, this.#added);
        this.#goOnWith(more);
        this.#attempt = 0;
      } catch (error) {
        // What is shown stays and stays live, until the whole truth can be fetched.
        const isOver = error instanceof Refused || this.#signal.aborted;
        if (!isOver) this.#again = setTimeout(() => this.refresh(url), backOff(this.#attempt++));
      }
      const held = this.#held;
      this.#held = null;
      for (const apply of held) apply();
    });
  }

  /** Fetches the page after the last row. */
  extend() {
    const link = this.#more?.querySelector("a");
    if (link) link.ariaBusy = "true";
    this.#next(async () => {
      const link = this.#more?.querySelector("a");
      if (!link) return;
      try {
        const { rows, more } = await fetchRows(link.getAttribute("href"), 1);
        for (const row of rows) this.#place(row, false);
        this.#goOnWith(more);
        this.#pages += 1;
      } catch {
        link.ariaBusy = null;
      }
    });
  }

  #place(row, hasMore) {
    if (place(this.#element, row, hasMore)) this.#added(row);
  }

  #goOnWith(more) {
    this.#more?.remove();
    if (more) this.#element.after(more);
  }

  #whenStill(apply) {
    if (this.#held) this.#held.push(apply);
    else apply();
  }

  #next(work) {
    this.#turn = this.#turn.then(work);
  }

  get #more() {
    return this.#element.parentElement.querySelector(".list__more");
  }
}
