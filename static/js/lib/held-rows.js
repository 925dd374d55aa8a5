import { seqOf } from "./rows.js";

/** Whether a row would not move: nothing that lists are sorted by has changed. */
function standsWhere(row, shown) {
  return row.dataset.at === shown.dataset.at && row.dataset.waiting === shown.dataset.waiting;
}

/**
 * What a list has heard while a pointer is over it. A row that is there already is drawn anew in its
 * place; whatever would move a row waits until the pointer leaves or the reader asks for it.
 */
export class Held {
  #tell;
  /** @type {Map<number, {number: number, seq: number, html: string}>} */
  #rows = new Map();
  /** @type {Map<number, {number: number, seq: number}>} */
  #gone = new Map();
  isOn = false;

  /** @param {(count: number) => void} tell hears how many rows wait */
  constructor(tell) {
    this.#tell = tell;
  }

  begin() {
    this.isOn = true;
  }

  end() {
    const held = { rows: [...this.#rows.values()], gone: [...this.#gone.values()] };
    this.isOn = false;
    this.forget();
    return held;
  }

  forget() {
    this.#rows.clear();
    this.#gone.clear();
    this.#tell(0);
  }

  /**
   * @param {{number: number, seq: number, html: string}} frame
   * @param {HTMLElement} row as it is pushed
   * @param {HTMLElement | null} shown the row as it stands in the list
   * @returns {boolean} whether that one may be drawn anew where it is
   */
  keep(frame, row, shown) {
    const isOld = (this.#rows.get(frame.number)?.seq ?? -1) > frame.seq;
    if (isOld || (shown && seqOf(shown) > frame.seq)) return false;
    this.#gone.delete(frame.number);
    if (shown && standsWhere(row, shown)) this.#rows.delete(frame.number);
    else this.#rows.set(frame.number, frame);
    this.#tell(this.#rows.size);
    return shown !== null;
  }

  /**
   * @param {{number: number, seq: number}} frame
   * @param {HTMLElement | null} shown
   * @returns {boolean} whether it stays for now
   */
  drop(frame, shown) {
    if (!this.isOn) return false;
    this.#rows.delete(frame.number);
    this.#gone.set(frame.number, frame);
    this.#tell(this.#rows.size);
    shown?.classList.add("is-gone");
    return true;
  }
}
