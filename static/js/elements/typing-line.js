import { dots } from "../lib/dots.js";
import { live } from "../lib/live.js";

const FADES = 4000;

/** Says that the contact is writing; it fades when they stop. */
class TypingLine extends HTMLElement {
  #gone = null;
  #timer = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      typing: ({ who }) => who === "contact" && this.#show(),
      conversation: () => this.#fade(),
    });
    this.#fade();
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearTimeout(this.#timer);
  }

  #show() {
    this.replaceChildren(this.dataset.text, dots());
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fade(), FADES);
  }

  #fade() {
    this.replaceChildren();
  }
}

customElements.define("typing-line", TypingLine);
