const STEP = 16; // pixels for a key

/** The edge of a column, to be dragged or moved with the arrow keys; its place is kept in this browser. */
class ColumnEdge extends HTMLElement {
  connectedCallback() {
    for (const type of ["pointerdown", "pointermove", "pointerup", "keydown", "dblclick"]) {
      this.addEventListener(type, this);
    }
    this.#say();
  }

  /** @param {any} event */
  handleEvent(event) {
    if (event.type === "pointerdown") {
      event.preventDefault();
      this.setPointerCapture(event.pointerId);
    } else if (event.type === "pointermove" && this.hasPointerCapture(event.pointerId)) {
      this.#set(this.#isEnd ? this.#column.right - event.clientX : event.clientX - this.#column.left);
    } else if (event.type === "keydown") this.#key(event);
    else if (event.type === "dblclick") this.#set(null);
  }

  #key(event) {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    this.#set(this.#column.width + way * STEP * (this.#isEnd ? -1 : 1));
  }

  /** @param {number | null} width in pixels; null is as designed */
  #set(width) {
    const { name, least, most } = this.dataset;
    const kept = JSON.parse(localStorage.getItem("widths") ?? "{}");
    if (width === null) delete kept[name];
    else kept[name] = Math.round(Math.min(Number(most), Math.max(Number(least), width)));
    localStorage.setItem("widths", JSON.stringify(kept));
    const { style } = document.documentElement;
    if (width === null) style.removeProperty(`--w-${name}`);
    else style.setProperty(`--w-${name}`, `${kept[name]}px`);
    this.#say();
  }

  #say() {
    this.ariaValueNow = String(Math.round(this.#column?.width ?? 0));
  }

  get #column() {
    return document.querySelector(`.${this.dataset.name}`)?.getBoundingClientRect();
  }

  get #isEnd() {
    return this.dataset.name === "card";
  }
}

customElements.define("column-edge", ColumnEdge);
