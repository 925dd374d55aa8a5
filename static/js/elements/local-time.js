import { FORMS } from "../lib/times.js";

const STEP = 20_000;

/** A moment in the reader's own zone and words; what depends on now is kept up to date. */
class LocalTime extends HTMLElement {
  static observedAttributes = ["datetime"];

  connectedCallback() {
    this.refresh();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.refresh();
  }

  refresh() {
    const at = new Date(this.getAttribute("datetime"));
    const text = FORMS[this.dataset.as](at, new Date());
    if (this.textContent !== text) this.textContent = text;
    this.title ||= FORMS.full(at);
  }
}

customElements.define("local-time", LocalTime);

setInterval(() => {
  const moving = document.querySelectorAll('local-time:is([data-as="ago"], [data-as="moment"])');
  for (const time of moving) /** @type {LocalTime} */ (time).refresh();
}, STEP);
