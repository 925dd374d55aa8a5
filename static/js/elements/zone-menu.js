import { narrow } from "../lib/narrowing.js";

/** A list of cities that typing narrows down; the button that opens it says which is chosen. */
class ZoneMenu extends HTMLElement {
  connectedCallback() {
    for (const type of ["toggle", "input", "keydown", "click"]) this.addEventListener(type, this);
    if (!this.querySelector(":checked")) this.#guess();
  }

  /** @param {Event} event */
  handleEvent(event) {
    const isOfField = event.target === this.#field;
    if (event.type === "toggle") this.#open(/** @type {ToggleEvent} */ (event).newState === "open");
    else if (event.type === "keydown") this.#key(/** @type {KeyboardEvent} */ (event), isOfField);
    else if (event.type === "click") this.#clicked(/** @type {MouseEvent} */ (event));
    else if (isOfField) narrow(this.#items, this.#field.value);
    else this.#show();
  }

  #open(isOpen) {
    if (!isOpen) return;
    this.#field.value = "";
    narrow(this.#items, "");
    this.#field.focus();
    this.querySelector(":checked")?.scrollIntoView({ block: "center" });
  }

  #key(event, isOfField) {
    if (event.key !== "Enter") return;
    event.preventDefault(); // it would send the form
    const first = this.#items.find((item) => !item.hidden)?.querySelector("input");
    if (isOfField && first) first.checked = true;
    this.#show();
    this.hidePopover();
  }

  /** A pointer has chosen; the arrow keys, which click too, are still looking. */
  #clicked(event) {
    if (event.detail && /** @type {Element} */ (event.target).closest(".zone")) setTimeout(() => this.hidePopover());
  }

  /** Nobody has chosen yet: the browser's zone, until they do. */
  #guess() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const input = /** @type {HTMLInputElement} */ (this.querySelector(`[value="${CSS.escape(timeZone)}"]`));
    if (input) input.checked = true;
    this.#show();
  }

  #show() {
    const item = /** @type {HTMLElement} */ (this.querySelector(".zone:has(:checked)"));
    if (item) this.#button.querySelector("[data-chosen]").textContent = item.dataset.label;
  }

  get #button() {
    return document.querySelector(`[popovertarget="${this.id}"]`);
  }

  get #field() {
    return /** @type {HTMLInputElement} */ (this.querySelector(".pick__find input"));
  }

  get #items() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".zone")]);
  }
}

customElements.define("zone-menu", ZoneMenu);
