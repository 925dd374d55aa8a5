import { findEmoji, loadEmoji, noteEmoji, recentEmoji } from "../lib/emoji.js";
import { insert } from "../lib/inserting.js";

const ACROSS = 8;

/** Emoji to choose from: those used last, all in groups, or what a word finds. */
class EmojiPicker extends HTMLElement {
  /** @type {import("../lib/emoji.js").Emoji[][]} */
  #groups = [];

  connectedCallback() {
    for (const type of ["toggle", "input", "click", "keydown"]) this.addEventListener(type, this);
  }

  /** @param {any} event */
  handleEvent(event) {
    if (event.type === "toggle") this.#opened(event.newState === "open");
    else if (event.type === "input") this.#show();
    else if (event.type === "keydown") this.#key(event);
    else if (event.target.closest(".emoji")) this.#choose(event.target.closest(".emoji").textContent);
  }

  async #opened(isOpen) {
    if (!isOpen) return;
    this.#field.value = "";
    this.#field.focus();
    try {
      this.#groups = await loadEmoji(this.dataset.source);
    } catch {
      this.#list.textContent = this.dataset.lost;
      return;
    }
    this.#show();
  }

  #show() {
    const wanted = this.#field.value.trim();
    const names = this.dataset.groups.split("|");
    const recent = recentEmoji(this.#groups);
    const parts = wanted
      ? [section("", findEmoji(this.#groups, wanted, 80))]
      : [recent.length ? section(this.dataset.recent, recent) : "", ...this.#groups.map((group, at) => section(names[at], group))];
    this.#list.replaceChildren(...parts);
    if (wanted && !this.#emoji.length) this.#list.textContent = this.dataset.none;
    this.#list.scrollTop = 0;
  }

  #key(event) {
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: ACROSS, ArrowUp: -ACROSS };
    const all = this.#emoji;
    const at = all.indexOf(/** @type {any} */ (document.activeElement));
    if (event.key === "Enter" && at < 0 && all.length) {
      event.preventDefault();
      this.#choose(all[0].textContent);
    } else if (event.key in steps && (at >= 0 || event.key === "ArrowDown")) {
      event.preventDefault();
      const next = at < 0 ? 0 : at + steps[event.key];
      (next < 0 ? this.#field : all[Math.min(next, all.length - 1)])?.focus();
    }
  }

  #choose(sign) {
    noteEmoji(sign);
    this.hidePopover();
    insert(document.querySelector("writing-form:not([hidden]) textarea"), sign);
  }

  get #field() {
    return this.querySelector("input");
  }

  get #list() {
    return this.querySelector(".emojis");
  }

  get #emoji() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".emoji")]);
  }
}

function section(name, group) {
  const part = document.createElement("section");
  const head = document.createElement("h3");
  const grid = document.createElement("div");
  [head.className, head.textContent, grid.className] = ["menu__head", name, "emojis__grid"];
  grid.append(...group.map(button));
  part.append(...(name ? [head, grid] : [grid]));
  return part;
}

function button({ sign, name }) {
  const button = document.createElement("button");
  [button.type, button.className, button.textContent, button.title, button.ariaLabel] = ["button", "emoji", sign, name, name];
  return button;
}

customElements.define("emoji-picker", EmojiPicker);
