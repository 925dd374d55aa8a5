const LASTS = 6000;
const EVERY = 2000;

/** Who is writing: the operator, for as long as we hear of it, and the visitor, told not too often. */
export class Typing {
  /** @type {string | null} the operator */
  name = null;
  #changed;
  #tell;
  #timer = 0;
  #toldAt = 0;

  /** @param {() => void} changed @param {() => void} tell the operators that the visitor writes */
  constructor(changed, tell) {
    this.#changed = changed;
    this.#tell = tell;
  }

  /** @param {string | null} name */
  writes(name) {
    clearTimeout(this.#timer);
    this.name = name;
    if (!name) return;
    this.#timer = setTimeout(() => {
      this.name = null;
      this.#changed();
    }, LASTS);
  }

  typed() {
    if (Date.now() - this.#toldAt < EVERY) return;
    this.#toldAt = Date.now();
    this.#tell();
  }

  /** What was written is sent; the next word is news again. */
  said() {
    this.#toldAt = 0;
  }

  stop() {
    clearTimeout(this.#timer);
  }
}
