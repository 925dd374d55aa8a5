/** A picture is sent as soon as it is chosen. */
class PhotoField extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", this);
  }

  /** @param {Event} event */
  handleEvent(event) {
    const { form, files, parentElement } = /** @type {HTMLInputElement} */ (event.target);
    if (!files.length) return;
    parentElement.ariaBusy = "true";
    form.requestSubmit();
  }
}

customElements.define("photo-field", PhotoField);
