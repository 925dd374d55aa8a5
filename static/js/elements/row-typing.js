import { live } from "../lib/live.js";

const FADES = 4000;

/** Says in a row, in place of its last line, who is typing there; it fades when they stop. */
class RowTyping extends HTMLElement {
  #gone = null;
  #timer = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      row_typing: ({ number, who, name }) => {
        if (number === Number(this.dataset.number)) this.#show(who === "contact" ? this.dataset.name : name);
      },
    });
    this.hidden = true;
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearTimeout(this.#timer);
  }

  #show(name) {
    this.textContent = `${name} ${this.dataset.text}`;
    this.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.hidden = true), FADES);
  }
}

customElements.define("row-typing", RowTyping);
