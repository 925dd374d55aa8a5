import { choicesFor } from "../lib/completing.js";
import { insert } from "../lib/inserting.js";

/** Completes the word that is being typed in the form around it: `:name` and, in notes, `@name`. */
class WordCompleter extends HTMLElement {
  #gone = null;
  /** @type {import("../lib/completing.js").Choice[]} */
  #choices = [];
  #at = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.#field.addEventListener("input", () => this.#look(), { signal });
    const form = this.closest("form");
    form.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    form.addEventListener("focusout", () => this.#show([]), { signal });
    this.addEventListener("pointerdown", (event) => this.#point(event));
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  async #look() {
    const before = this.#before;
    const found = await choicesFor(before, { source: this.dataset.source, people: this.#people });
    if (this.#before === before) this.#show(found);
  }

  #key(event) {
    if (!this.#choices.length || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) this.#go(this.#at + steps[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.#take(this.#at);
    else if (event.key === "Escape") this.#show([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The field keeps the focus. */
  #point(event) {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) this.#take([...this.children].indexOf(option));
  }

  #take(at) {
    const { text, instead, chosen } = this.#choices[at];
    this.#show([]);
    chosen?.();
    insert(this.#field, text, instead);
  }

  #show(choices) {
    this.#choices = choices;
    this.replaceChildren(...choices.map((choice, at) => this.#option(choice, at)));
    this.hidden = !choices.length;
    if (choices.length) this.#go(0);
    else this.#typed.removeAttribute("aria-activedescendant");
  }

  #go(at) {
    this.#at = (at + this.#choices.length) % this.#choices.length;
    for (const [place, option] of [...this.children].entries()) option.ariaSelected = String(place === this.#at);
    this.#typed.setAttribute("aria-activedescendant", this.children[this.#at].id);
  }

  #option({ label, sign = "" }, at) {
    const option = document.createElement("div");
    [option.id, option.role, option.className] = [`${this.id}-${at}`, "option", "menu__item"];
    option.append(`${sign} ${label}`.trim());
    return option;
  }

  /** Colleagues stand in the list of those who may answer; a reply calls nobody. */
  get #people() {
    if (this.closest("writing-form").getAttribute("data-what") !== "note") return null;
    return [...document.querySelectorAll("#assign .person")].map((one) => one.getAttribute("data-person"));
  }

  get #before() {
    return this.#rich?.before ?? this.#field.value.slice(0, this.#field.selectionStart);
  }

  get #typed() {
    return this.#rich?.typed ?? this.#field;
  }

  get #rich() {
    return /** @type {any} */ (this.#field.closest("rich-text"));
  }

  get #field() {
    return /** @type {HTMLTextAreaElement} */ (this.closest("form").querySelector("textarea"));
  }
}

customElements.define("word-completer", WordCompleter);
