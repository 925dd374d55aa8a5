import { focusWords } from "../lib/formats.js";
import { pressed } from "../lib/shortcuts.js";

/** Reply or note: two forms of which one is shown. */
class MessageComposer extends HTMLElement {
  connectedCallback() {
    for (const type of ["click", "keydown"]) this.addEventListener(type, this);
    document.addEventListener("withdrawn", this);
    const [reply, note] = this.#parts.map((part) => part.querySelector("textarea").value);
    this.#choose(note && !reply ? "note" : "reply");
  }

  disconnectedCallback() {
    document.removeEventListener("withdrawn", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    if (event.type === "withdrawn") return this.write("reply");
    const target = /** @type {HTMLElement} */ (event.target);
    const tab = target.closest("[role=tab]");
    if (event.type === "keydown") this.#key(/** @type {KeyboardEvent} */ (event), target);
    else if (tab) this.write(tab.id.slice("tab-".length));
  }

  /**
   * Opens the form and goes into it.
   * @param {string} what reply or note
   */
  write(what) {
    focusWords(this.#choose(what));
  }

  #key(event, target) {
    const wanted = pressed(event, "composer");
    if (wanted) this.#send(event, target, wanted);
    else if (target.role === "tab" && event.key.startsWith("Arrow")) {
      const other = this.#tabs.find((tab) => tab !== target);
      this.#choose(other.id.slice("tab-".length));
      other.focus();
    }
  }

  /** A note has one way to be sent, whichever keys were pressed. */
  #send(event, target, wanted) {
    const form = target.closest("form");
    const button = form?.querySelector(`[data-sends="${wanted}"]`) ?? form?.querySelector("[data-sends]");
    if (!button) return;
    event.preventDefault();
    form.requestSubmit(button);
  }

  #choose(what) {
    this.classList.toggle("is-note", what === "note");
    for (const tab of this.#tabs) {
      tab.ariaSelected = String(tab.id === `tab-${what}`);
      tab.tabIndex = tab.id === `tab-${what}` ? 0 : -1;
    }
    for (const part of this.#parts) part.hidden = part.dataset.what !== what;
    return this.#parts.find((part) => !part.hidden);
  }

  get #parts() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("writing-form")]);
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
  }
}

customElements.define("message-composer", MessageComposer);
