const LONG = 8000;

/** One sentence at the edge of the screen, gone after a while; what it tells of can be undone. */
class ToastLine extends HTMLElement {
  #timer = 0;
  #undo = null;
  #until = 0;
  #ticking = 0;

  connectedCallback() {
    document.addEventListener("say", this);
    document.addEventListener("shortcut", this);
    for (const type of ["click", "pointerenter", "pointerleave"]) this.addEventListener(type, this);
  }

  disconnectedCallback() {
    document.removeEventListener("say", this);
    document.removeEventListener("shortcut", this);
  }

  /** @param {CustomEvent} event */
  handleEvent(event) {
    if (event.type === "say") this.#say(event.detail);
    else if (event.type === "pointerenter") clearTimeout(this.#timer);
    else if (event.type === "pointerleave") this.#fade();
    else if (event.type === "shortcut" ? event.detail === "undo" : this.#button.contains(event.target)) this.#take();
  }

  #say({ sentence, undo, seconds = 0 }) {
    this.#until = seconds && Date.now() + seconds * 1000;
    this.firstElementChild.textContent = sentence || this.dataset.lost;
    this.#undo = undo;
    this.#button.hidden = !undo;
    this.hidden = false;
    this.#fade();
    this.#count();
  }

  #fade() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), this.#until ? this.#until - Date.now() : LONG);
  }

  /** For eyes alone: said aloud every second it would be a torment. */
  #count() {
    clearTimeout(this.#ticking);
    const left = Math.max(0, Math.ceil((this.#until - Date.now()) / 1000));
    this.querySelector(".num").textContent = this.#until ? String(left) : "";
    if (left) this.#ticking = setTimeout(() => this.#count(), 500);
  }

  #hide() {
    this.hidden = true;
    this.#undo = null;
  }

  #take() {
    const undo = this.#undo;
    this.#hide();
    undo?.();
  }

  get #button() {
    return this.querySelector("button");
  }
}

customElements.define("toast-line", ToastLine);
