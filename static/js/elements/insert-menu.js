import { refuse } from "../lib/draft-news.js";
import { getHtml } from "../lib/fetching.js";
import { insert, take } from "../lib/inserting.js";
import { isAtLineStart, selectGap } from "../lib/slash.js";

/** Saved replies and articles to choose from: opened by a slash at the start of a line, or by its button. */
class InsertMenu extends HTMLElement {
  #gone = null;
  #at = 0;
  #asked = 0;
  #isTyped = false;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.parentElement.addEventListener("keydown", (event) => this.#slash(event), { signal, capture: true });
    for (const type of ["beforetoggle", "toggle", "input", "pointerdown", "keydown"]) this.addEventListener(type, this, { signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {any} event */
  handleEvent(event) {
    // Before it is there: whoever types at once must not lose a letter to its being emptied afterwards.
    if (event.type === "beforetoggle") this.#empty(event.newState === "open");
    else if (event.type === "toggle") this.#toggled(event.newState === "open");
    else if (event.type === "input") this.#look();
    else if (event.type === "keydown") this.#key(event);
    else this.#point(event);
  }

  #slash(event) {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!isAtLineStart(event.target)) return;
    event.preventDefault();
    this.showPopover();
    this.#isTyped = true;
  }

  #empty(isOpening) {
    if (isOpening) this.#field.value = "";
  }

  #toggled(isOpen) {
    if (!isOpen) return void (this.#isTyped = false);
    this.#field.focus();
    this.#look();
  }

  async #look() {
    const asked = ++this.#asked;
    const found = await getHtml(`${this.dataset.url}?q=${encodeURIComponent(this.#field.value)}`).catch(() => this.dataset.lost);
    if (asked !== this.#asked) return;
    this.#found.replaceChildren(found);
    this.#go(0);
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const isEmpty = event.key === "Backspace" && !this.#field.value;
    if (event.isComposing) return;
    if (event.key in steps) this.#go(this.#at + steps[event.key]);
    else if (event.key === "Tab") return this.#goOver(event);
    else if (event.key === "Enter") this.#take(this.#options[this.#at], { isSent: event.ctrlKey || event.metaKey, isWhole: event.shiftKey });
    else if (event.key === "Escape" || isEmpty) this.#leave(isEmpty ? "" : `/${this.#field.value}`);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #point(event) {
    const { as, to } = event.target.closest("button")?.dataset ?? {};
    const option = event.target.closest("[role=option]") ?? (as && this.#options[this.#at]);
    if (!option && !to) return;
    event.preventDefault();
    if (to) this.#goTo(to);
    else this.#take(option, { isWhole: as === "text" });
  }

  /** From the replies to the articles, or back. */
  #goOver(event) {
    if (!this.#goTo(this.#of === "articles" ? "replies" : "articles")) return;
    event.preventDefault();
    event.stopPropagation();
  }

  #goTo(group) {
    const first = /** @type {HTMLElement | null} */ (this.querySelector(`[data-of=${group}] [role=option]`));
    if (first) this.#go(this.#options.indexOf(first));
    return first;
  }

  #go(at) {
    const options = this.#options;
    this.#at = options.length && (at + options.length) % options.length;
    for (const [place, option] of options.entries()) {
      option.ariaSelected = String(place === this.#at);
      document.getElementById(option.getAttribute("aria-describedby")).hidden = place !== this.#at;
    }
    this.#showWhere();
    (this.#at ? options[this.#at] : this.querySelector(".insert__label"))?.scrollIntoView({ block: "nearest" });
    if (options.length) this.#field.setAttribute("aria-activedescendant", options[this.#at].id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #showWhere() {
    const of = this.#of;
    for (const button of this.querySelectorAll("button[data-to]")) {
      const to = button.getAttribute("data-to");
      button.ariaPressed = String(to === of);
      /** @type {any} */ (button).disabled = !this.querySelector(`[data-of=${to}]`);
    }
    for (const hint of this.querySelectorAll("[data-for]")) hint.toggleAttribute("hidden", hint.getAttribute("data-for") !== of);
  }

  async #take(option, { isSent = false, isWhole = false }) {
    if (!option) return;
    const part = this.#part;
    const { missing } = option.dataset;
    this.hidePopover();
    const refusal = await take(option, part, { url: this.dataset.url, isWhole }).catch(() => this.dataset.lost);
    if (refusal) return refuse(part, refusal);
    if (missing) {
      refuse(part, this.dataset.missing.replace("%s", missing));
      selectGap(part);
    } else if (isSent) part.submit();
  }

  /** What was typed is not lost to whoever wanted a slash. */
  #leave(typed) {
    const isWanted = this.#isTyped && typed;
    this.hidePopover();
    insert(this.#part.querySelector("textarea"), isWanted ? typed : "");
  }

  get #part() {
    return /** @type {any} */ (document.querySelector("writing-form:not([hidden])"));
  }

  get #field() {
    return this.querySelector("input");
  }

  get #of() {
    return this.#options[this.#at]?.closest("[data-of]").getAttribute("data-of");
  }

  get #found() {
    return this.querySelector(".insert__found");
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=option]")]);
  }
}

customElements.define("insert-menu", InsertMenu);
