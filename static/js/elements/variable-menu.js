import { insert } from "../lib/inserting.js";

/** Puts a variable into the field that `for` names, where the caret is. */
class VariableMenu extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", ({ target }) => this.#take(/** @type {HTMLElement} */ (target).closest("button")));
  }

  #take(button) {
    if (!button) return;
    this.hidePopover();
    const field = /** @type {HTMLTextAreaElement} */ (document.getElementById(this.getAttribute("for")));
    insert(field, `{{ ${button.dataset.variable} }}`);
  }
}

customElements.define("variable-menu", VariableMenu);
