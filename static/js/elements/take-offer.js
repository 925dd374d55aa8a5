/** After an answer to a conversation of nobody's: offers to take it, once. */
class TakeOffer extends HTMLElement {
  connectedCallback() {
    document.addEventListener("answered", this);
    document.addEventListener("head", this);
    this.querySelector("[data-not]").addEventListener("click", () => (this.hidden = true));
  }

  disconnectedCallback() {
    document.removeEventListener("answered", this);
    document.removeEventListener("head", this);
  }

  /** @param {CustomEvent} event */
  handleEvent({ type, detail }) {
    if (type === "answered") this.hidden = !detail.take;
    else if (!this.hidden) this.hidden = !detail.querySelector('assign-to-me[data-assignee=""]');
  }
}

customElements.define("take-offer", TakeOffer);
