/** Light, dark, or as the system says; kept in this browser. */
class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    document.addEventListener("theme", () => this.#show());
    this.#show();
  }

  /** @param {Event} event */
  handleEvent(event) {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (value) {
      localStorage.setItem("theme", value);
      document.documentElement.dataset.theme = value;
    } else {
      localStorage.removeItem("theme");
      delete document.documentElement.dataset.theme;
    }
    document.dispatchEvent(new Event("theme"));
  }

  /** The page may have two of these. */
  #show() {
    const kept = localStorage.getItem("theme") ?? "";
    for (const input of this.#inputs) input.checked = input.value === kept;
  }

  get #inputs() {
    return this.querySelectorAll("input");
  }
}

customElements.define("theme-switch", ThemeSwitch);
