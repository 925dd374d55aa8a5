/**
 * A few small things kept across reloads: in the frame's own storage; where browsers give frames none, in the
 * host page's, through the loader; and where that is blocked too, in memory.
 */
export class Shelf {
  #prefix;
  #keepElsewhere;
  /** @type {Map<string, string>} */
  #texts = new Map();

  /**
   * @param {string} prefix of the names in storage
   * @param {Record<string, string>} kept what the loader still had
   * @param {(name: string, text: string | null) => void} keepElsewhere asks the loader; null removes
   */
  constructor(prefix, kept, keepElsewhere) {
    this.#prefix = prefix;
    this.#keepElsewhere = keepElsewhere;
    for (const [name, text] of [...Object.entries(kept), ...this.#stored()]) {
      if (name.startsWith(prefix)) this.#texts.set(name.slice(prefix.length), text);
    }
  }

  /** @returns {object[]} whatever can still be read */
  all() {
    return [...this.#texts.values()].flatMap((text) => {
      try {
        return [JSON.parse(text)];
      } catch {
        return [];
      }
    });
  }

  /** Every thing has a place of its own, so that two tabs do not write over each other's. */
  put(name, thing) {
    const text = JSON.stringify(thing);
    this.#texts.set(name, text);
    this.#keep(this.#prefix + name, text);
  }

  remove(name) {
    this.#texts.delete(name);
    this.#keep(this.#prefix + name, null);
    this.#keepElsewhere(this.#prefix + name, null); // it may be there from a time without storage
  }

  #stored() {
    try {
      return Object.entries(localStorage);
    } catch {
      return [];
    }
  }

  #keep(name, text) {
    try {
      if (text === null) localStorage.removeItem(name);
      else localStorage.setItem(name, text);
    } catch {
      this.#keepElsewhere(name, text);
    }
  }
}
