const BOX = ".row__check";

/** Which rows are chosen; it outlives that a row is drawn anew. */
class Selection extends EventTarget {
  /** @type {Set<string>} */
  #numbers = new Set();
  #anchor = "";

  get numbers() {
    return [...this.#numbers];
  }

  /** @param {HTMLElement} row */
  has(row) {
    return this.#numbers.has(row.dataset.number);
  }

  /**
   * @param {HTMLElement} row
   * @param {boolean} isChosen
   */
  set(row, isChosen) {
    if (isChosen) this.#numbers.add(row.dataset.number);
    else this.#numbers.delete(row.dataset.number);
    this.#anchor = row.dataset.number;
    this.#tell();
  }

  /**
   * Chooses everything between the row that was chosen last and this one.
   * @param {HTMLElement} row
   */
  extend(row) {
    const rows = shown();
    const from = rows.findIndex((other) => other.dataset.number === this.#anchor);
    const to = rows.indexOf(row);
    const [first, last] = from < 0 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
    for (const other of rows.slice(first, last + 1)) this.#numbers.add(other.dataset.number);
    this.#tell();
  }

  all() {
    for (const row of shown()) this.#numbers.add(row.dataset.number);
    this.#tell();
  }

  clear() {
    this.#numbers.clear();
    this.#tell();
  }

  /** Forgets rows that have left the list. */
  prune() {
    const there = new Set(shown().map((row) => row.dataset.number));
    for (const number of this.#numbers) if (!there.has(number)) this.#numbers.delete(number);
    this.#tell();
  }

  #tell() {
    for (const box of document.querySelectorAll(`.list__rows ${BOX}`)) {
      const row = /** @type {HTMLElement} */ (box.closest(".row"));
      /** @type {HTMLInputElement} */ (box).checked = this.has(row);
    }
    this.dispatchEvent(new Event("change"));
  }
}

/** @returns {HTMLElement[]} */
function shown() {
  return [...document.querySelectorAll(".list__rows > .row:not([hidden])")];
}

export const selection = new Selection();
