import { live } from "../lib/live.js";

/** Tells whether a person is here: a dot, or words when it has them. */
class OnlineMark extends HTMLElement {
  #gone = null;

  connectedCallback() {
    // Nobody is told of their own coming.
    if (this.dataset.who === `m${document.body.dataset.member}`) this.#show(true);
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      presence: ({ who, online }) => who === this.dataset.who && this.#show(online),
    });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {boolean} online */
  #show(online) {
    this.dataset.s = online ? "on" : "off";
    if ("here" in this.dataset) this.textContent = online ? this.dataset.here : this.dataset.away;
  }
}

customElements.define("online-mark", OnlineMark);
