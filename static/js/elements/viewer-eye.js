import { viewers } from "../lib/viewers.js";

/** An eye in a row whose conversation colleagues have open; it names them. */
class ViewerEye extends HTMLElement {
  connectedCallback() {
    viewers.addEventListener("change", this);
    this.handleEvent();
  }

  disconnectedCallback() {
    viewers.removeEventListener("change", this);
  }

  handleEvent() {
    const names = viewers.of(Number(this.dataset.number)).map(({ name }) => name);
    this.hidden = !names.length;
    this.title = this.ariaLabel = names.length ? `${this.dataset.text} ${names.join(", ")}` : "";
  }
}

customElements.define("viewer-eye", ViewerEye);
