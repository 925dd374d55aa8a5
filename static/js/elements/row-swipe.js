const OPEN = 152; // pixels: both buttons
const SLOP = 12; // before a finger means anything

/**
 * A row that a finger draws aside shows what can be done to it, which is what the bar above the list
 * does to chosen rows. Scrolling stays the browser's: it takes the finger as soon as that goes up or down.
 */
class RowSwipe extends HTMLElement {
  #gone = null;
  #row = null; // the one that stands aside, or is on its way
  #drag = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    for (const type of ["pointerdown", "pointermove", "pointerup", "pointercancel", "click"]) {
      this.parentElement.addEventListener(type, this, { signal, capture: true });
    }
    this.parentElement.addEventListener("scroll", () => this.#shut(), { signal, capture: true, passive: true });
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.#shut(), { signal });
    this.#menu.addEventListener("toggle", this, { signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {any} event */
  handleEvent(event) {
    if (event.type === "pointerdown") this.#begin(event);
    else if (event.type === "pointermove") this.#move(event);
    else if (event.type === "pointerup") this.#end();
    else if (event.type === "pointercancel") this.#drag && this.#shut();
    else if (event.type === "toggle") this.#toggle(event.newState);
    else this.#click(event);
  }

  #begin({ pointerType, isPrimary, target, clientX: x, clientY: y }) {
    if (target.closest("[popover]")) return; // which belongs to the row
    const row = target.closest(".row");
    if (row !== this.#row) this.#shut();
    const isOff = document.querySelector(".row__check:checked, #list:is([data-view=closed], [data-view=spam])");
    if (pointerType !== "touch" || !isPrimary || !row || isOff || target.closest(".row__swipe")) return;
    this.#drag = { row, x, y, from: this.#row ? OPEN : 0, by: 0, isOn: false };
  }

  #move({ clientX, clientY }) {
    const drag = this.#drag;
    if (!drag) return;
    const right = getComputedStyle(drag.row).direction === "rtl" ? -1 : 1;
    drag.by = (drag.x - clientX) * right;
    if (!drag.isOn) {
      const isSideways = Math.abs(drag.by) > Math.abs(drag.y - clientY);
      if (Math.abs(drag.by) < SLOP) return;
      if (!isSideways || (drag.by < 0 && !drag.from)) return void (this.#drag = null);
      this.#open(drag.row);
      drag.isOn = true;
    }
    const by = Math.min(Math.max(drag.from + drag.by, 0), OPEN);
    drag.row.style.setProperty("--aside", `${-by * right}px`);
  }

  #open(row) {
    this.#row = row;
    row.classList.add("is-swiped", "is-dragged");
    if (!row.querySelector(".row__swipe")) row.append(this.querySelector("template").content.cloneNode(true));
  }

  #end() {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag?.isOn) return;
    drag.row.classList.remove("is-dragged");
    if (drag.from + drag.by < OPEN / 2) return this.#shut();
    const right = getComputedStyle(drag.row).direction === "rtl" ? -1 : 1;
    drag.row.style.setProperty("--aside", `${-OPEN * right}px`);
  }

  /** A row that stands aside is put back by a touch, and not opened. */
  #click(event) {
    if (!this.#row?.contains(event.target)) return;
    if (!event.target.closest(".row__swipe")) {
      event.preventDefault();
      event.stopPropagation();
      this.#shut();
    } else if (event.target.closest("[data-swipe]")) {
      const { number } = this.#row.dataset;
      this.#shut();
      this.#bar.act(this.#bar.querySelector("[data-what=closure]"), [number]);
    }
  }

  /** The menu of times is that of the bar; for as long as it is open it means this row. */
  #toggle(state) {
    if (state === "open" && this.#row) this.#bar.dataset.swiped = this.#row.dataset.number;
    else if (state === "closed") {
      this.#shut();
      // What was chosen in it is sent first.
      setTimeout(() => delete this.#bar.dataset.swiped);
    }
  }

  #shut() {
    this.#drag = null;
    this.#row?.classList.remove("is-swiped", "is-dragged");
    this.#row?.querySelector(".row__swipe")?.remove();
    this.#row = null;
  }

  get #menu() {
    return document.querySelector("#several-snooze");
  }

  get #bar() {
    return /** @type {any} */ (document.querySelector("bulk-bar"));
  }
}

customElements.define("row-swipe", RowSwipe);
