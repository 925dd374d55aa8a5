const LONG = 8000;

/** One sentence at the edge of the screen, gone after a while. */
class ToastLine extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    document.addEventListener("say", this);
  }

  disconnectedCallback() {
    document.removeEventListener("say", this);
  }

  /** @param {CustomEvent<string>} event */
  handleEvent({ detail }) {
    clearTimeout(this.#timer);
    this.hidden = false;
    this.textContent = detail || this.dataset.lost;
    this.#timer = setTimeout(() => (this.hidden = true), LONG);
  }
}

customElements.define("toast-line", ToastLine);
