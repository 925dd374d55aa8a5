/** The page the panel is framed by, as far as we trust it: one known window, one listed origin. */
export class Host {
  #origins;
  #hear;

  /**
   * @param {string[]} origins that may frame this channel
   * @param {Record<string, (message: object) => void>} hear one per kind of message
   */
  constructor(origins, hear) {
    this.#origins = [...new Set(origins)];
    this.#hear = hear;
    if (window.parent !== window) addEventListener("message", (event) => this.#receive(event));
  }

  /** @param {object} message goes nowhere unless the page is one we know */
  tell(message) {
    if (window.parent === window) return;
    for (const origin of this.#origins) window.parent.postMessage(message, origin);
  }

  /** Narrows the list to where we are, so that one message is not tried on many doors. */
  settle(referrer) {
    const origin = referrer && new URL(referrer).origin;
    if (this.#origins.includes(origin)) this.#origins = [origin];
  }

  #receive({ source, origin, data }) {
    if (source !== window.parent || !this.#origins.includes(origin)) return;
    const kind = data?.helpdesk;
    if (typeof kind !== "string" || !Object.hasOwn(this.#hear, kind)) return;
    this.#origins = [origin];
    this.#hear[kind](data);
  }
}
