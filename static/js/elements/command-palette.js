import { pick, take, wishOf } from "../lib/choosing.js";
import { getHtml } from "../lib/fetching.js";
import { counted } from "../lib/plural.js";
import { recent } from "../lib/recent.js";
import { perform } from "../lib/screen-keys.js";
import { pressed } from "../lib/shortcuts.js";

const PAUSE = 150; // of typing, before the server is asked

/** Everything that can be done or gone to, found by typing; the keys stay in the field. */
class CommandPalette extends HTMLElement {
  /** @type {Record<string, HTMLElement[]>} */
  #known = {};
  #found = [];
  #asked = 0;
  #timer = 0;

  connectedCallback() {
    document.addEventListener("shortcut", (event) => this.#hear(/** @type {CustomEvent} */ (event)));
    document.addEventListener("click", ({ target }) => {
      if (/** @type {Element} */ (target).closest("[data-acts=palette]")) perform("palette");
    });
    this.addEventListener("input", () => this.#typed());
    this.addEventListener("keydown", (event) => this.#key(event));
    this.addEventListener("click", ({ target }) => this.#click(/** @type {Element} */ (target)));
  }

  #hear(event) {
    if (event.detail !== "palette") return;
    event.preventDefault();
    this.#field.value = "";
    this.#found = [];
    this.#show();
    this.#dialog.showModal();
    this.#fetch(`${this.dataset.places}?recent=${recent()}`, (page) => {
      for (const group of page.querySelectorAll("section")) this.#known[group.dataset.group] = [...group.children];
    });
  }

  #typed() {
    clearTimeout(this.#timer);
    this.#found = [];
    this.#show();
    const { groups, words } = wishOf(this.#field.value);
    if (!words || (groups && !groups.includes("talk"))) return;
    const url = `${this.dataset.finding}?q=${encodeURIComponent(words)}`;
    this.#timer = setTimeout(() => this.#fetch(url, (page) => (this.#found = [...page.children])), PAUSE);
  }

  /** Only the last question counts. */
  async #fetch(url, keep) {
    const mine = ++this.#asked;
    const page = await getHtml(url).catch(() => null);
    if (mine !== this.#asked) return;
    this.#lost.hidden = Boolean(page);
    if (page) keep(page);
    this.#show();
  }

  /** Before a word is typed places come first, and Enter does nothing to a conversation. */
  #show() {
    const wish = wishOf(this.#field.value);
    const deeds = this.querySelector("[data-shows=do]");
    deeds.parentElement[wish.words ? "prepend" : "append"](deeds);
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-shows]"))) {
      const group = place.dataset.shows;
      const known = group === "talk" && wish.words ? this.#found : (this.#known[group] ?? []);
      const options = pick(group, known, wish);
      place.replaceChildren(place.firstElementChild, ...options);
      place.hidden = !options.length;
    }
    this.#options.forEach((option, index) => (option.id = `opt-${index}`));
    this.#none.hidden = Boolean(this.#options.length) || !wish.words;
    this.querySelector("[role=status]").textContent = wish.words ? counted(this.dataset.forms, this.#options.length) : "";
    const [first] = this.#options;
    this.#point(wish.words || first?.dataset.talk || first?.dataset.href ? first : undefined);
  }

  #point(option) {
    for (const one of this.#options) one.ariaSelected = String(one === option);
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  #key(event) {
    const options = this.#options;
    const at = options.findIndex((one) => one.ariaSelected === "true");
    const up = Math.max(at, 0);
    const steps = { ArrowDown: at + 1, ArrowUp: up - 1, PageDown: at + 6, PageUp: up - 6 };
    if (pressed(event, "screen") === "palette") this.#dialog.close();
    else if (event.key in steps) this.#point(options[(steps[event.key] + options.length) % options.length]);
    else if (event.key === "Enter" && !event.isComposing) this.#take(options[at]);
    else return;
    event.preventDefault();
  }

  /** Outside of what is drawn is the dialog's own backdrop. */
  #click(target) {
    const option = target.closest(".opt");
    if (option) this.#take(option);
    else if (target === this.#dialog) this.#dialog.close();
  }

  #take(option) {
    if (!option) return;
    this.#dialog.close();
    take(option);
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #field() {
    return this.querySelector("input");
  }

  get #options() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".opt")]);
  }

  get #none() {
    return /** @type {HTMLElement} */ (this.querySelector(".palette__none"));
  }

  get #lost() {
    return /** @type {HTMLElement} */ (this.querySelector(".palette__lost"));
  }
}

customElements.define("command-palette", CommandPalette);
