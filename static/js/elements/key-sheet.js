import { narrow } from "../lib/narrowing.js";

/** All keys, in a dialog that typing narrows down. */
class KeySheet extends HTMLElement {
  connectedCallback() {
    document.addEventListener("shortcut", (event) => this.#hear(/** @type {CustomEvent} */ (event)));
    this.addEventListener("input", () => this.#narrow());
    if (/Mac|iPhone|iPad/.test(navigator.platform)) {
      for (const cap of this.querySelectorAll(".kbd")) if (cap.textContent === "Ctrl") cap.textContent = "⌘";
    }
  }

  #hear(event) {
    if (event.detail !== "help") return;
    event.preventDefault();
    this.#field.value = "";
    this.#narrow();
    this.querySelector("dialog").showModal();
  }

  #narrow() {
    narrow([...this.querySelectorAll(".keysheet__line")], this.#field.value);
    for (const section of this.querySelectorAll("section")) {
      section.hidden = !section.querySelector(".keysheet__line:not([hidden])");
    }
    /** @type {HTMLElement} */ (this.querySelector(".keysheet__none")).hidden = Boolean(this.querySelector("section:not([hidden])"));
  }

  get #field() {
    return this.querySelector("input");
  }
}

customElements.define("key-sheet", KeySheet);
