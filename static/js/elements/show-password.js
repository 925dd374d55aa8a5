/** Lets people read what they type. The button appears only where it can work. */
class ShowPassword extends HTMLElement {
  connectedCallback() {
    this.#button.hidden = false;
    this.addEventListener("click", this);
    // Sent as a password again, so that browsers do not offer it as a plain word next time.
    this.#input.form?.addEventListener("submit", () => this.#show(false));
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (this.#button.contains(/** @type {Node} */ (event.target))) {
      this.#show(this.#input.type === "password");
    }
  }

  /** @param {boolean} plain */
  #show(plain) {
    this.#input.type = plain ? "text" : "password";
    this.#button.setAttribute("aria-pressed", String(plain));
  }

  /** @returns {HTMLInputElement} */
  get #input() {
    return this.querySelector("input");
  }

  /** @returns {HTMLButtonElement} */
  get #button() {
    return this.querySelector("button");
  }
}

customElements.define("show-password", ShowPassword);
