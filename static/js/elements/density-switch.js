/** How close the rows of a list stand; kept in this browser. */
class DensitySwitch extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
    const kept = localStorage.getItem("density") ?? "";
    for (const input of this.querySelectorAll("input")) input.checked = input.value === kept;
  }

  /** @param {Event} event */
  handleEvent(event) {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    localStorage.setItem("density", value);
    document.documentElement.dataset.density = value;
  }
}

customElements.define("density-switch", DensitySwitch);
