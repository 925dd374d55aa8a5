import { getHtml } from "../lib/fetching.js";
import { live } from "../lib/live.js";
import { untilDone } from "../lib/retrying.js";

/** The customer's side of the screen, fetched anew when they or the tags have changed or the line was down. */
class CustomerCard extends HTMLElement {
  #gone = null;
  #missed = false;

  connectedCallback() {
    this.#gone = new AbortController();
    document.addEventListener("head", this, { signal: this.#gone.signal });
    // Who came and went meanwhile was not heard.
    live.on(this.#gone.signal, {
      contact: () => this.#refresh(),
      down: () => (this.#missed = true),
      up: () => this.#missed && this.#refresh(),
    });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {CustomEvent<HTMLElement>} event */
  handleEvent({ detail: head }) {
    const { tags, due } = head.dataset;
    if (tags === this.dataset.tags && due === this.dataset.due) return;
    Object.assign(this.dataset, { tags, due });
    this.#refresh();
  }

  async #refresh() {
    this.#missed = false;
    const fetched = await untilDone(() => getHtml(this.dataset.url), this.#gone.signal);
    if (!fetched) return;
    const hadFocus = this.querySelector(".tags").contains(document.activeElement);
    this.replaceChildren(fetched);
    if (hadFocus) /** @type {HTMLElement} */ (this.querySelector(".tags__add input")).focus();
  }
}

customElements.define("customer-card", CustomerCard);
