import { live } from "../lib/live.js";

/** Shows what was said in another tab about whether one takes new work. */
class AvailabilitySwitch extends HTMLElement {
  #gone = null;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, { availability: ({ state }) => this.#show(state === "away") });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {boolean} isAway */
  #show(isAway) {
    for (const button of this.querySelectorAll("button")) {
      button.ariaPressed = String(isAway === Boolean(button.value));
    }
  }
}

customElements.define("availability-switch", AvailabilitySwitch);
