import { left } from "../lib/times.js";

const STEP = 5000;
const SOON = 30 * 60_000;

/** What is left until a promise is due, in words, and the fuse beside it that burns down. */
class DueTime extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    this.refresh();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.refresh();
  }

  refresh() {
    const due = Date.parse(this.getAttribute("datetime"));
    const rest = due - Date.now();
    const whole = Math.max(1, due - Date.parse(this.dataset.from));
    const text = (rest < 0 ? this.dataset.late : this.dataset.left).replace("{time}", left(Math.abs(rest)));
    if (this.textContent !== text) this.textContent = text;
    const line = this.closest("[data-fuse]");
    line.classList.toggle("is-late", rest < 0);
    line.classList.toggle("is-soon", rest >= 0 && rest < SOON);
    const share = rest < 0 ? 100 : Math.min(100, (100 * rest) / whole);
    line.style.setProperty("--left", `${Math.round(share)}%`);
  }
}

customElements.define("due-time", DueTime);

// One clock for all: a list has dozens.
setInterval(() => {
  for (const one of document.querySelectorAll("due-time")) /** @type {DueTime} */ (one).refresh();
}, STEP);
