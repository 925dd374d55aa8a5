import { getHtml } from "../lib/fetching.js";
import { live } from "../lib/live.js";
import { narrow } from "../lib/narrowing.js";
import { untilDone } from "../lib/retrying.js";

/** A list of colleagues that typing narrows down. */
class AssignMenu extends HTMLElement {
  #gone = null;
  #missed = false;

  connectedCallback() {
    this.#gone = new AbortController();
    // Who came and went while the line was down was not heard.
    live.on(this.#gone.signal, { down: () => (this.#missed = true), up: () => this.#missed && this.#refresh() });
    this.addEventListener("toggle", this);
    this.addEventListener("input", this);
    this.addEventListener("keydown", this);
  }

  disconnectedCallback() {
    this.#gone.abort();
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

  async #refresh() {
    this.#missed = false;
    if (!this.dataset.url) return;
    const page = await untilDone(() => getHtml(this.dataset.url), this.#gone.signal);
    const fresh = page?.querySelector("#assign .menu__list");
    if (!fresh) return;
    this.querySelector(".menu__list").replaceWith(fresh);
    this.#narrow();
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
