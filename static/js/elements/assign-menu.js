import { narrow } from "../lib/narrowing.js";

/** A list of colleagues that typing narrows down. */
class AssignMenu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("toggle", this);
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "toggle") this.#open(/** @type {ToggleEvent} */ (event).newState === "open");
    else if (event.type === "input") this.#narrow();
    else if (/** @type {KeyboardEvent} */ (event).key === "Enter" && event.target === this.#field) {
      event.preventDefault();
      this.#people.find((person) => !person.hidden)?.click();
    }
  }

  #open(isOpen) {
    this.#field.value = "";
    this.#narrow();
    if (isOpen) this.#field.focus();
  }

  #narrow() {
    narrow(this.#people, this.#field.value);
  }

  get #field() {
    return this.querySelector("input");
  }

  get #people() {
    return /** @type {HTMLButtonElement[]} */ ([...this.querySelectorAll(".person")]);
  }
}

customElements.define("assign-menu", AssignMenu);
