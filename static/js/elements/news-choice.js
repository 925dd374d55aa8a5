import { chime } from "../lib/chime.js";

/** How new messages are told: the browser is asked only once somebody has chosen to be notified. */
class NewsChoice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", ({ target }) => this.#changed(/** @type {HTMLInputElement} */ (target)));
    this.querySelector("button").addEventListener("click", () => this.#ask());
    this.#show();
  }

  async #changed({ name, checked }) {
    if (name === "sounds" && checked) chime();
    if (name !== "notifies") return;
    if (checked) await this.#ask();
    this.#show();
  }

  async #ask() {
    if (this.#permission === "default") await Notification.requestPermission();
    this.#show();
  }

  #show() {
    const isWanted = /** @type {HTMLInputElement} */ (this.querySelector("[name=notifies]")).checked;
    for (const line of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-permission]"))) {
      line.hidden = !isWanted || line.dataset.permission !== this.#permission;
    }
  }

  get #permission() {
    return globalThis.Notification?.permission ?? "denied";
  }
}

customElements.define("news-choice", NewsChoice);
