const DRAFT_IS_LONG = 10_000;

/** The box one writes in: grows with the text, Enter sends, Shift and Enter break the line. */
export class Composer {
  #form;
  #box;
  #send;
  #smile;
  #attach;
  #smileys = null;
  #hear;

  /**
   * @param {HTMLFormElement} form
   * @param {object} hear
   * @param {(text: string) => boolean} hear.send whether it is said, so that the box may be emptied
   * @param {() => void} hear.typed
   */
  constructor(form, { send, typed }) {
    this.#form = form;
    this.#hear = send;
    this.#box = form.elements.namedItem("message");
    this.#send = form.querySelector(".send");
    this.#smile = form.querySelector("[data-part=smile]");
    this.#attach = form.querySelector("[data-part=attach]");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.#box.addEventListener("keydown", (event) => this.#enter(event));
    this.#box.addEventListener("input", () => {
      this.#fit();
      if (this.#box.value.trim()) typed();
    });
    this.#smile.addEventListener("click", () => this.#pick());
    // A press on the button must not take the keyboard of a phone away.
    this.#send.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** @param {boolean} enabled @param {boolean} shown */
  set(enabled, shown) {
    this.#form.hidden = !shown;
    this.#box.disabled = this.#send.disabled = this.#smile.disabled = this.#attach.disabled = !enabled;
  }

  get isEnabled() {
    return !this.#box.disabled;
  }

  focus() {
    if (matchMedia("(pointer: coarse)").matches) return; // a keyboard nobody asked for hides half the chat
    this.#box.focus();
  }

  /** @param {string} text put where the caret stands */
  insert(text) {
    const { selectionStart, selectionEnd } = this.#box;
    this.#box.setRangeText(text, selectionStart, selectionEnd, "end");
    this.#box.dispatchEvent(new Event("input"));
  }

  /** The pictures are fetched when somebody wants one. */
  async #pick() {
    const { Smileys } = await import("./emoji.js");
    this.#smileys ??= new Smileys(this.#form, this.#smile, (text) => this.insert(text));
    this.#smileys.toggle();
  }

  #enter(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  submit() {
    const text = this.#box.value.trim();
    if (text.length > DRAFT_IS_LONG || !this.#hear(text)) return;
    this.#box.value = "";
    this.#fit();
  }

  #fit() {
    const { style } = this.#box;
    style.setProperty("block-size", "auto");
    style.setProperty("block-size", `${this.#box.scrollHeight}px`);
  }
}
