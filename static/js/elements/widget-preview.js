const CALM = 300;

/** Shows the chat as the form around it would make it, drawn by the very panel that visitors see. */
class WidgetPreview extends HTMLElement {
  #timer = 0;
  #form = null;

  connectedCallback() {
    this.#form = this.closest("form");
    this.#button.hidden = true;
    this.#form.addEventListener("input", this);
    this.#show();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#form.removeEventListener("input", this);
  }

  handleEvent() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), CALM);
  }

  #show() {
    this.#paint(new FormData(this.#form));
    this.#form.requestSubmit(this.#button);
  }

  /** The round button is the host page's, so it is drawn here; colours and places alone reach the style. */
  #paint(said) {
    const colour = String(said.get("colour"));
    if (/^#[\da-f]{6}$/i.test(colour)) this.style.setProperty("--c", colour);
    this.dataset.side = said.get("side") === "start" ? "start" : "end";
    const label = said.get(`text_${said.get("languages")}_launcher`);
    this.querySelector(".look__button b").textContent = String(label ?? "");
  }

  get #button() {
    return this.querySelector(":scope > button");
  }
}

customElements.define("widget-preview", WidgetPreview);
