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

/** What the host's page said, as texts. */
export function texts(fields) {
  const said = Object.entries(fields ?? {}).filter(([, value]) => ["string", "number", "boolean"].includes(typeof value));
  return Object.fromEntries(said.slice(0, 20).map(([name, value]) => [name.slice(0, 200), String(value).slice(0, 200)]));
}
