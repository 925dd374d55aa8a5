/** Copies the text of the element it names. The button appears only where it can work. */
class CopyButton extends HTMLElement {
  #label = "";

  connectedCallback() {
    this.#label = this.#words.textContent;
    this.querySelector("button").hidden = !navigator.clipboard;
    this.addEventListener("click", this);
  }

  async handleEvent() {
    const source = document.getElementById(this.getAttribute("for"));
    await navigator.clipboard.writeText(source.textContent.trim());
    this.#say(this.getAttribute("done"));
    setTimeout(() => this.#say(""), 2000);
  }

  /** @param {string} news for eyes in the button, for ears beside it */
  #say(news) {
    this.#words.textContent = news || this.#label;
    this.querySelector("[role=status]").textContent = news;
  }

  get #words() {
    return this.querySelector("button span");
  }
}

customElements.define("copy-button", CopyButton);
