/** Prints the page. The button appears only where it can work. */
class PrintButton extends HTMLElement {
  connectedCallback() {
    this.querySelector("button").hidden = false;
    this.addEventListener("click", () => window.print());
  }
}

customElements.define("print-button", PrintButton);
