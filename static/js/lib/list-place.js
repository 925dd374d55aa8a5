const MOST = 12; // lists of one tab whose places are kept

/** How far down a list a tab was, so that coming back to it shows the same rows. */
export class ListPlace {
  #key;

  /** @param {string} query what the list shows, such as `view=open` */
  constructor(query) {
    this.#key = `place:${document.body.dataset.workspace}:${query}`;
  }

  /** @returns {{pages: number, top: number}} */
  read() {
    return JSON.parse(sessionStorage.getItem(this.#key) ?? "null") ?? { pages: 1, top: 0 };
  }

  /** @param {{pages: number, top: number}} place */
  keep(place) {
    sessionStorage.removeItem(this.#key);
    if (place.pages === 1 && place.top === 0) return;
    const kept = Object.keys(sessionStorage).filter((key) => key.startsWith("place:"));
    for (const old of kept.slice(0, Math.max(0, kept.length - MOST))) sessionStorage.removeItem(old);
    sessionStorage.setItem(this.#key, JSON.stringify(place));
  }
}
