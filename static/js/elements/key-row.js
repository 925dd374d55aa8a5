import { nameOf } from "../lib/shortcuts.js";

const HOLD = ["Shift", "Control", "Meta", "Alt", "AltGraph"];

/** A shortcut and its keys: "Change" waits for others, which the server keeps or refuses. */
class KeyRow extends HTMLElement {
  #shown = [];
  #words = "";

  connectedCallback() {
    this.#button?.addEventListener("click", () => (this.#shown.length ? this.#cancel() : this.#record()));
    this.#button?.addEventListener("keydown", (event) => this.#key(event));
    this.#button?.addEventListener("blur", () => this.#cancel());
  }

  #record() {
    const asking = document.createElement("kbd");
    asking.className = "kbd kbd--rec";
    asking.role = "status";
    asking.textContent = this.#caps.dataset.ask;
    this.#shown = [...this.#caps.childNodes];
    this.#words = this.#button.textContent;
    this.#caps.replaceChildren(asking);
    this.#button.textContent = this.#button.dataset.cancel;
  }

  #cancel() {
    if (!this.#shown.length) return;
    this.#caps.replaceChildren(...this.#shown);
    this.#button.textContent = this.#words;
    this.#shown = [];
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!this.#shown.length || HOLD.includes(event.key) || event.key === "Tab") return;
    event.preventDefault();
    if (event.key === "Escape") this.#cancel();
    else this.#keep(nameOf(event));
  }

  /** Going somewhere is always a `g` and then a key. */
  #keep(keys) {
    const form = this.#button.form;
    /** @type {HTMLInputElement} */ (form.querySelector("[name=keys]")).value = this.dataset.group === "GO" ? `g ${keys}` : keys;
    form.submit();
  }

  get #button() {
    return /** @type {HTMLButtonElement | null} */ (this.querySelector("button[type=button]"));
  }

  get #caps() {
    return /** @type {HTMLElement} */ (this.querySelector(".keys"));
  }
}

customElements.define("key-row", KeyRow);
