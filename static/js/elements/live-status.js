import { live } from "../lib/live.js";

const PATIENCE = 2000;

/** Says that the line is down, once that has lasted long enough to matter. */
class LiveStatus extends HTMLElement {
  #gone = null;
  #timer = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, { up: () => this.#up(), down: () => this.#down() });
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#up();
  }

  #up() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.hidden = true;
  }

  #down() {
    this.#timer ||= setTimeout(() => (this.hidden = false), PATIENCE);
  }
}

customElements.define("live-status", LiveStatus);
