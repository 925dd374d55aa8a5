import { addressIn, isFormatted } from "../lib/formats.js";
import { nameOf, pressed } from "../lib/shortcuts.js";
import { say } from "../lib/toast.js";

const KEYS = { "mod+b": "bold", "mod+i": "italic", "mod+k": "link", "mod+e": "code" };
const DIGITS = { Digit7: "orderedList", Digit8: "bulletList", Digit9: "blockquote" };

/**
 * Words that may have formats. It is a plain field until the first of them is wanted; only then an editor,
 * fetched when somebody first comes here, takes the field's place. The field holds the text all the time.
 */
class RichText extends HTMLElement {
  #gone = null;
  #prose = null;
  #module = null;
  /** @type {Map<string, string>} pictures of this page, which need not be fetched */
  #pictures = new Map();

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    this.addEventListener("focusin", () => this.#load().catch(() => {}), { signal, once: true });
    this.addEventListener("keydown", (event) => this.#key(event), { signal, capture: true });
    this.addEventListener("paste", (event) => this.#paste(event), { signal, capture: true });
    // Whoever presses a button goes on typing where they were.
    this.addEventListener("mousedown", (event) => this.#isTool(event.target) && event.preventDefault(), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    for (const [at, button] of this.#buttons.entries()) button.tabIndex = at ? -1 : 0;
    if (this.#html.value) this.#begin();
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#prose?.end();
    this.#prose = null;
    for (const picture of this.#pictures.values()) URL.revokeObjectURL(picture);
  }

  /** What stands before the caret, where the field does not know. */
  get before() {
    return this.#prose?.before ?? null;
  }

  /** Where somebody types. */
  get typed() {
    return /** @type {HTMLElement} */ (this.#prose ? this.#place.firstElementChild : this.#field);
  }

  focus() {
    if (this.#prose) this.#prose.focus();
    else this.#field.focus();
  }

  /** Shows other words, which came from elsewhere. */
  show({ text, html = "" }) {
    if (this.#field.value === text && this.#html.value === html) return;
    [this.#field.value, this.#html.value] = [text, html];
    if (!html) this.#end();
    else if (this.#prose) this.#prose.show(html);
    else this.#begin();
  }

  /** @returns {boolean} whether there was an editor to put it into */
  insert(text, instead) {
    this.#prose?.insert(text, instead);
    return Boolean(this.#prose);
  }

  /**
   * @param {string} html of our own making
   * @returns {Promise<boolean>} whether there is an editor for it now
   */
  async insertHtml(html) {
    const prose = await this.#begin();
    prose?.paste(html);
    return Boolean(prose);
  }

  /**
   * @param {string} words
   * @returns {boolean} whether there was an editor to select them in
   */
  chooseWords(words) {
    this.#prose?.chooseWords(words);
    return Boolean(this.#prose);
  }

  /**
   * Shows a picture at the caret while its file is on its way.
   * @param {string} id
   * @param {File} file
   */
  async addPicture(id, file) {
    this.#pictures.set(id, URL.createObjectURL(file));
    (await this.#begin())?.addPicture(id, file.name);
  }

  /** @param {string} id */
  dropPicture(id) {
    this.#prose?.dropPicture(id);
  }

  #load() {
    this.#module ??= import(this.dataset.source).catch((error) => {
      this.#module = null;
      throw error;
    });
    return this.#module;
  }

  /** The editor takes the field's place, with its words and the caret where it is. */
  async #begin() {
    const module = await this.#load().catch(() => null);
    if (!module) say(this.dataset.lost);
    if (!module || this.#prose || !this.isConnected) return this.#prose;
    const field = this.#field;
    const hadFocus = field === document.activeElement;
    const { selectionStart, selectionEnd } = field;
    this.#prose = new module.Prose(this.#place, {
      words: { text: field.value, html: this.#html.value },
      attributes: { class: field.className, role: "textbox", "aria-multiline": "true", "aria-label": field.ariaLabel },
      source: (id) => this.#pictures.get(id) ?? `${this.dataset.pictures}${id}/`,
      hasHeadings: this.dataset.headings === "yes",
      changed: () => this.#changed(),
      moved: () => this.#mark(),
    });
    [field.hidden, this.#place.hidden] = [true, false];
    if (!this.#html.value) this.#prose.choose(selectionStart, selectionEnd);
    if (hadFocus) this.#prose.focus();
    this.#mark();
    return this.#prose;
  }

  #end() {
    const hadFocus = this.#prose?.hasFocus;
    this.#prose?.end();
    this.#prose = null;
    [this.#field.hidden, this.#place.hidden] = [false, true];
    for (const button of this.#buttons) button.ariaPressed = "false";
    if (hadFocus) this.#field.focus();
  }

  #changed() {
    [this.#field.value, this.#html.value] = [this.#prose.text, this.#prose.html];
    this.#field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  #mark() {
    if (!this.#prose) return;
    for (const button of this.#buttons) button.ariaPressed = String(this.#prose.is(button.dataset.format));
    this.#place.classList.toggle("is-empty", this.#prose.isEmpty);
    this.#place.dataset.placeholder = this.#field.placeholder;
  }

  async #format(name) {
    const prose = await this.#begin();
    if (name !== "link") return prose?.toggle(name);
    if (!prose) return;
    this.#link.hidden = false;
    this.#address.value = prose.address;
    this.#address.select();
    this.#address.focus();
  }

  #key(event) {
    if (event.isComposing || event.defaultPrevented) return;
    const target = /** @type {HTMLElement} */ (event.target);
    if (target === this.#address) return this.#linkKey(event);
    if (this.#isTool(target)) return this.#step(event, target);
    const isHeld = (event.ctrlKey || event.metaKey) && !event.altKey;
    const name = isHeld && event.shiftKey ? DIGITS[event.code] : KEYS[nameOf(event)];
    this.#prose?.catchUp();
    if (name) this.#format(name);
    // What the composer does with these keys, the editor must not.
    if (name || pressed(event, "composer")) event.preventDefault();
  }

  #isTool(target) {
    return target.closest("[role=toolbar]");
  }

  #step(event, target) {
    const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!way) return;
    const buttons = [...this.#buttons];
    const next = buttons.at((buttons.indexOf(target) + way) % buttons.length);
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  }

  #linkKey(event) {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") this.#setLink(this.#address.value);
    else this.#closeLink();
  }

  #setLink(typed) {
    const address = addressIn(typed);
    if (typed.trim() && !address) return say(this.dataset.bad);
    this.#prose.link(address);
    this.#closeLink();
  }

  #closeLink() {
    this.#link.hidden = true;
    this.#prose.focus();
  }

  #click({ target }) {
    const { format, link } = target.closest("button")?.dataset ?? {};
    if (format) this.#format(format);
    else if (link) this.#setLink(link === "set" ? this.#address.value : "");
  }

  /** Formats of another page are taken over by the editor, which knows only our own. */
  async #paste(event) {
    const html = event.clipboardData.getData("text/html");
    if (this.#prose || event.defaultPrevented || event.target !== this.#field || !isFormatted(html)) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    const prose = await this.#begin();
    if (prose) prose.paste(html);
    else this.#field.setRangeText(text);
  }

  get #field() {
    return this.querySelector("textarea");
  }

  get #html() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=html]"));
  }

  get #place() {
    return /** @type {HTMLElement} */ (this.querySelector(".rich__place"));
  }

  get #link() {
    return /** @type {HTMLElement} */ (this.querySelector(".rte__link"));
  }

  get #address() {
    return this.#link.querySelector("input");
  }

  get #buttons() {
    return /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-format]"));
  }
}

customElements.define("rich-text", RichText);
