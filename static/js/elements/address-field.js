import { addressOf, isWhole, nameOf, spell, split } from "../lib/addresses.js";
import { getJson } from "../lib/fetching.js";

/** One line of addresses: those that are chosen, and what is being typed, which names complete. */
class AddressField extends HTMLElement {
  #said = /** @type {string[]} */ ([]);
  #found = /** @type {string[]} */ ([]);
  #at = 0;
  #input = document.createElement("input");

  connectedCallback() {
    if (this.#kept.type === "hidden") return;
    const [input, { id }] = [this.#input, this.#kept];
    [this.#kept.type, this.#kept.id] = ["hidden", ""];
    Object.assign(input, { id, type: "text", role: "combobox", ariaExpanded: "false", autocomplete: "off", spellcheck: false });
    input.setAttribute("aria-controls", this.#list.id);
    this.#kept.before(input);
    input.addEventListener("input", () => this.#typed());
    input.addEventListener("keydown", (event) => this.#key(event));
    input.addEventListener("blur", () => this.#settle());
    this.addEventListener("click", ({ target }) => this.#click(/** @type {HTMLElement} */ (target)));
    this.#list.addEventListener("pointerdown", (event) => this.#point(event));
    this.#read(this.#kept.value);
  }

  get header() {
    return this.#kept.name;
  }

  get text() {
    return this.#kept.value;
  }

  /** Something else than keys has changed the line. */
  set text(text) {
    if (text === this.#kept.value) return;
    this.#input.value = "";
    this.#read(text);
  }

  /** @param {string} said one address or several, as they would stand in a mail */
  add(said) {
    const fresh = split(said).filter((one) => !this.#said.some((known) => addressOf(known) === addressOf(one)));
    this.#input.value = "";
    this.#read([...this.#said, ...fresh].join(", "));
    this.#show([]);
    this.#changed();
  }

  focus() {
    this.#input.focus();
  }

  #read(text) {
    this.#said = split(text);
    for (const chip of this.querySelectorAll(".addr__in > .chip")) chip.remove();
    this.#input.before(...this.#said.map((one) => this.#chip(one)));
    this.#keep();
  }

  #keep() {
    this.#kept.value = [...this.#said, this.#input.value.trim()].filter(Boolean).join(", ");
    this.classList.toggle("is-used", this.classList.contains("is-used") || Boolean(this.#kept.value));
  }

  #changed() {
    this.dispatchEvent(new Event("addressed", { bubbles: true }));
  }

  /** What is typed counts although it is not settled: sending it must not forget it. */
  async #typed() {
    const { value } = this.#input;
    if (/[,;]\s*$/.test(value) && isWhole(value.replace(/[,;]\s*$/, ""))) return this.add(value);
    this.#keep();
    this.#changed();
    if (!value.trim()) return this.#show([]);
    const { people } = await getJson(`${this.#lines.source}?q=${encodeURIComponent(value)}`).catch(() => ({ people: [] }));
    if (this.#input.value === value && document.activeElement === this.#input) this.#show(people.map(spell));
  }

  #settle() {
    this.#show([]);
    if (this.#input.value.split(/[,;]/).some(isWhole)) this.add(this.#input.value);
  }

  #key(event) {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    const { value } = this.#input;
    if (event.key === "Backspace" && !value && this.#said.length) this.#remove(this.#said.length - 1);
    else if (this.#found.length && event.key in steps) this.#go(this.#at + steps[event.key]);
    else if (this.#found.length && event.key === "Escape") this.#show([]);
    else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) this.#enter();
    else if (event.key === "Tab" && this.#found.length && !event.shiftKey && !isWhole(value)) this.add(this.#found[this.#at]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #enter() {
    if (this.#found.length) this.add(this.#found[this.#at]);
    else if (this.#input.value.trim()) this.add(this.#input.value);
  }

  #click(target) {
    const cross = target.closest(".chip__x");
    if (cross) this.#remove([...this.querySelectorAll(".chip__x")].indexOf(cross));
  }

  #remove(at) {
    this.#read(this.#said.filter((_, place) => place !== at).join(", "));
    this.#changed();
    this.#input.focus();
  }

  /** The field keeps the focus. */
  #point(event) {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) this.add(this.#found[[...this.#list.children].indexOf(option)]);
  }

  #show(found) {
    this.#found = found;
    this.#list.replaceChildren(...found.map((one, at) => this.#option(one, at)));
    this.#list.hidden = !found.length;
    this.#input.ariaExpanded = String(found.length > 0);
    if (found.length) this.#go(0);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #go(at) {
    this.#at = (at + this.#found.length) % this.#found.length;
    for (const [place, option] of [...this.#list.children].entries()) option.ariaSelected = String(place === this.#at);
    this.#input.setAttribute("aria-activedescendant", this.#list.children[this.#at].id);
  }

  #option(said, at) {
    const option = document.createElement("div");
    [option.id, option.role, option.className] = [`${this.#list.id}-${at}`, "option", "menu__item"];
    const small = Object.assign(document.createElement("span"), { className: "muted clip", textContent: addressOf(said) });
    option.append(nameOf(said) === addressOf(said) ? "" : nameOf(said), " ", small);
    return option;
  }

  #chip(said) {
    const chip = document.createElement("span");
    const isLost = this.#lines.lost.split(" ").includes(addressOf(said));
    chip.className = `chip${isLost || !isWhole(said) ? " chip--ember" : ""}`;
    chip.title = isLost ? this.#lines.lostText : addressOf(said);
    const name = Object.assign(document.createElement("bdi"), { className: "clip", textContent: nameOf(said) });
    const cross = Object.assign(document.createElement("button"), { type: "button", className: "chip__x", textContent: "×" });
    cross.ariaLabel = this.#lines.remove.replace("{name}", nameOf(said));
    chip.append(name, cross);
    return chip;
  }

  get #lines() {
    return /** @type {HTMLElement} */ (this.closest("address-lines")).dataset;
  }

  get #kept() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name]"));
  }

  get #list() {
    return /** @type {HTMLElement} */ (this.querySelector("[role=listbox]"));
  }
}

customElements.define("address-field", AddressField);
