const IS_DOWN = 2000;

/** Says when the line has been away for longer than a visitor should wonder about. */
export class Line {
  isDown = false;
  #changed;
  #timer = null;

  /** @param {() => void} changed */
  constructor(changed) {
    this.#changed = changed;
  }

  /** Counts from the first failure: tries that fail in between do not start it anew. */
  expect() {
    this.#timer ??= setTimeout(() => {
      this.isDown = true;
      this.#changed();
    }, IS_DOWN);
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = null;
    this.isDown = false;
  }
}
