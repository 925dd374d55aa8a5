import { getHtml } from "../lib/fetching.js";

/** The customer's side of the screen, fetched anew when the conversation's tags have changed. */
class CustomerCard extends HTMLElement {
  #gone = null;

  connectedCallback() {
    this.#gone = new AbortController();
    document.addEventListener("head", this, { signal: this.#gone.signal });
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** @param {CustomEvent<HTMLElement>} event */
  async handleEvent({ detail: head }) {
    if (head.dataset.tags === this.dataset.tags) return;
    this.dataset.tags = head.dataset.tags;
    const hadFocus = this.querySelector(".tags").contains(document.activeElement);
    this.replaceChildren(await getHtml(this.dataset.url));
    if (hadFocus) /** @type {HTMLElement} */ (this.querySelector(".tags__add input")).focus();
  }
}

customElements.define("customer-card", CustomerCard);
