import { parse, Refused } from "./fetching.js";
import { Held } from "./held-rows.js";
import { fetchRows, merge, place, redraw, seqOf } from "./rows.js";
import { backOff } from "./socket.js";

const MOST_PAGES = 10; // that are fetched again at once

/** Rows of one view: pushed, taken away, fetched page by page. Fetches take turns. */
export class RowList {
  #element;
  #added;
  /** @type {(() => void)[] | null} what is heard while the list is being fetched waits here */
  #heard = [];
  /** @type {Map<number, number>} the numbers at which conversations left the view */
  #left = new Map();
  #held;
  #turn = Promise.resolve();
  #signal;
  #attempt = 0;
  #again = 0;
  pages = 1;

  /**
   * It listens from its first refresh on: what comes before may still belong to another list.
   * @param {HTMLElement} element the list, followed by a paragraph with a link while there is more
   * @param {(row: HTMLElement) => void} added is told of every row that is new to the page
   * @param {(count: number) => void} waiting is told how many rows wait to be shown
   * @param {AbortSignal} signal ends what is still to come
   */
  constructor(element, added, waiting, signal) {
    this.#element = element;
    this.#added = added;
    this.#held = new Held(waiting);
    this.#signal = signal;
    signal.addEventListener("abort", () => clearTimeout(this.#again));
  }

  /** Keeps the rows where they are: nothing moves under a pointer. */
  hold() {
    this.#held.begin();
  }

  /** Shows what has come meanwhile, and takes away what has left. */
  release() {
    const { rows, gone } = this.#held.end();
    for (const frame of rows) this.put(frame);
    for (const frame of gone) this.remove(frame);
  }

  /** @param {{number: number, seq: number, html: string}} frame */
  put(frame) {
    this.#whenStill(() => {
      if ((this.#left.get(frame.number) ?? -1) > frame.seq) return;
      const row = /** @type {HTMLElement} */ (parse(frame.html).firstElementChild);
      if (!this.#held.isOn || !this.#element.children.length) this.#place(row);
      else if (this.#held.keep(frame, row, this.#find(frame.number))) this.#redraw(row);
    });
  }

  /** @param {{number: number, seq: number}} frame */
  remove(frame) {
    this.#whenStill(() => {
      const { number, seq } = frame;
      this.#left.set(number, seq);
      const row = this.#find(number);
      if ((!row || seqOf(row) <= seq) && !this.#held.drop(frame, row)) row?.remove();
    });
  }

  /**
   * Fetches as many pages as are on the screen; what is heard meanwhile comes on top.
   * @param {string} url
   * @returns {Promise<void>} when it has been tried
   */
  refresh(url) {
    clearTimeout(this.#again);
    return this.#next(async () => {
      this.#heard ??= [];
      this.pages = Math.min(this.pages, MOST_PAGES);
      try {
        const { rows, more } = await fetchRows(url, this.pages);
        this.#held.forget();
        merge(this.#element, rows, this.#added);
        this.#goOnWith(more);
        this.#attempt = 0;
      } catch (error) {
        // What is shown stays and stays live, until the whole truth can be fetched.
        const isOver = error instanceof Refused || this.#signal.aborted;
        if (!isOver) this.#again = setTimeout(() => this.refresh(url), backOff(this.#attempt++));
      }
      const heard = this.#heard;
      this.#heard = null;
      for (const apply of heard) apply();
    });
  }

  /** Fetches the page after the last row. */
  extend() {
    return this.#next(async () => {
      const more = this.#more;
      if (!more) return;
      more.classList.remove("is-failed");
      more.ariaBusy = "true";
      try {
        const { rows, more: further } = await fetchRows(more.querySelector("a").getAttribute("href"), 1);
        for (const row of rows) if (place(this.#element, row, false)) this.#added(row);
        this.#goOnWith(further);
        this.pages += 1;
      } catch {
        more.ariaBusy = null;
        more.classList.add("is-failed");
      }
    });
  }

  #place(row) {
    if (place(this.#element, row, this.#more !== null)) this.#added(row);
  }

  #redraw(row) {
    redraw(this.#find(Number(row.dataset.number)), row);
    this.#added(row);
  }

  #goOnWith(more) {
    this.#more?.remove();
    if (more) this.#element.after(more);
  }

  #whenStill(apply) {
    if (this.#heard) this.#heard.push(apply);
    else apply();
  }

  #next(work) {
    this.#turn = this.#turn.then(work);
    return this.#turn;
  }

  #find(number) {
    return /** @type {HTMLElement | null} */ (this.#element.querySelector(`#row-${number}`));
  }

  get #more() {
    return this.#element.parentElement.querySelector(".list__more");
  }
}
