/** What was written and not sent, kept for this tab only. */
export class Draft {
  #key;

  /**
   * @param {string} number
   * @param {string} what reply or note
   */
  constructor(number, what) {
    this.#key = `draft:${document.body.dataset.workspace}:${number}:${what}`;
  }

  /** @returns {{text: string, id: string}} the id goes with the text, so that a retry is known as one */
  read() {
    return JSON.parse(sessionStorage.getItem(this.#key) ?? "null") ?? { text: "", id: newId() };
  }

  /** @param {{text: string, id: string}} draft */
  keep(draft) {
    if (draft.text) sessionStorage.setItem(this.#key, JSON.stringify(draft));
    else sessionStorage.removeItem(this.#key);
  }
}

/** A random UUID; `crypto.randomUUID` is missing where the site is served without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
