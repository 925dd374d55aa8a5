/** A few small things kept across reloads: in the frame's localStorage, or in memory where that is blocked. */
export class Shelf {
  #prefix;
  #memory = new Map();

  /** @param {string} prefix */
  constructor(prefix) {
    this.#prefix = prefix;
  }

  /** @returns {object[]} whatever can still be read */
  all() {
    for (const [name, text] of this.#stored()) this.#memory.set(name, text);
    return [...this.#memory.values()].flatMap((text) => {
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
    this.#memory.set(name, text);
    this.#attempt((storage) => storage.setItem(this.#prefix + name, text));
  }

  remove(name) {
    this.#memory.delete(name);
    this.#attempt((storage) => storage.removeItem(this.#prefix + name));
  }

  #stored() {
    return (
      this.#attempt((storage) =>
        Object.keys(storage)
          .filter((key) => key.startsWith(this.#prefix))
          .map((key) => [key.slice(this.#prefix.length), storage.getItem(key)]),
      ) ?? []
    );
  }

  #attempt(work) {
    try {
      return work(localStorage);
    } catch {
      return undefined; // blocked or full: memory will do until the page goes
    }
  }
}
