import { addressOf, split } from "../lib/addresses.js";

/** To, cc and bcc: opens a line that is wanted, takes in whom the last mail names, and warns. */
class AddressLines extends HTMLElement {
  connectedCallback() {
    for (const type of ["click", "addressed"]) this.addEventListener(type, this);
    queueMicrotask(() => this.#show());
  }

  /** @param {Event} event */
  handleEvent(event) {
    const { line, add } = /** @type {HTMLElement} */ (event.target).closest("button")?.dataset ?? {};
    if (event.type === "click" && line) this.#open(line);
    else if (event.type === "click" && add) this.#field("cc").add(add);
    this.#show();
  }

  #open(header) {
    this.#field(header).classList.add("is-used");
    this.#field(header).focus();
  }

  #show() {
    const chosen = new Set([...this.#fields].flatMap((field) => split(field.text).map(addressOf)));
    const offers = /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-add]"));
    for (const offer of offers) offer.hidden = chosen.has(addressOf(offer.dataset.add));
    const offered = /** @type {HTMLElement} */ (this.querySelector(".addr__offer"));
    if (offered) offered.hidden = [...offers].every((offer) => offer.hidden);
    const warning = /** @type {HTMLElement} */ (this.querySelector(".addr__warn"));
    if (warning) warning.hidden = chosen.has(this.dataset.contact.toLowerCase());
    for (const button of this.querySelectorAll("[data-line]")) {
      const isOpen = this.#field(button.getAttribute("data-line")).classList.contains("is-used");
      /** @type {HTMLElement} */ (button).hidden = isOpen;
    }
  }

  #field(header) {
    return [...this.#fields].find((field) => field.header === header);
  }

  get #fields() {
    return /** @type {NodeListOf<any>} */ (this.querySelectorAll("address-field"));
  }
}

customElements.define("address-lines", AddressLines);
