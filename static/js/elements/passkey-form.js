import { askBrowser, canAsk } from "../lib/passkeys.js";

/** A form whose button asks the browser for a passkey first. It appears only where it can work. */
class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.#button.hidden = false;
    this.addEventListener("submit", this);
  }

  /** @param {Event} event */
  async handleEvent(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    if (this.#button.ariaBusy) return;
    if (!canAsk()) return this.#say(this.getAttribute("impossible"));
    this.#button.ariaBusy = "true";
    try {
      const kind = /** @type {"create" | "get"} */ (this.getAttribute("kind"));
      form.credential.value = JSON.stringify(await askBrowser(kind, await this.#options()));
      form.submit();
    } catch {
      this.#say(this.getAttribute("failed"));
      this.#button.ariaBusy = null;
    }
  }

  async #options() {
    const source = this.getAttribute("source");
    if (!source) return JSON.parse(this.getAttribute("options"));
    const answer = await fetch(source);
    if (!answer.ok) throw new Error(`${source}: ${answer.status}`);
    return answer.json();
  }

  #say(sentence) {
    const line = /** @type {HTMLElement} */ (this.querySelector("[role=alert]"));
    line.querySelector("span").textContent = sentence;
    line.hidden = false;
  }

  get #button() {
    return /** @type {HTMLButtonElement} */ (this.querySelector("form > button"));
  }
}

customElements.define("passkey-form", PasskeyForm);
