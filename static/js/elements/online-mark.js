import { live } from "../lib/live.js";

/** Tells whether a person is here, and takes new work: a dot, or words when it has them. */
class OnlineMark extends HTMLElement {
  #gone = null;

  connectedCallback() {
    // Nobody is told of their own coming.
    const isOwn = this.dataset.who === `m${document.body.dataset.member}`;
    if (isOwn && this.dataset.s === "off") this.#show("on");
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      availability: ({ state }) => isOwn && this.#show(state),
      presence: ({ who, state }) => who === this.dataset.who && this.#show(state),
    });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {"on" | "away" | "off"} state */
  #show(state) {
    this.dataset.s = state;
    if ("on" in this.dataset) this.textContent = this.dataset[state];
  }
}

customElements.define("online-mark", OnlineMark);
