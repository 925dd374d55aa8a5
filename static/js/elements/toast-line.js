const LONG = 8000;

/** One sentence at the edge of the screen, gone after a while; what it tells of can be undone. */
class ToastLine extends HTMLElement {
  #timer = 0;
  #undo = null;

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

  #say({ sentence, undo }) {
    this.firstElementChild.textContent = sentence || this.dataset.lost;
    this.#undo = undo;
    this.#button.hidden = !undo;
    this.hidden = false;
    this.#fade();
  }

  #fade() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#hide(), LONG);
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
