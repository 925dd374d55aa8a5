import { live } from "../lib/live.js";

const FADES = 4000;

/** Says that the contact, or a colleague, is writing; it fades when they stop. */
class TypingLine extends HTMLElement {
  #gone = null;
  #timer = 0;

  connectedCallback() {
    this.#gone = new AbortController();
    live.on(this.#gone.signal, {
      typing: (frame) => this.#hear(frame),
      conversation: () => this.#fade(),
    });
    this.#fade();
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearTimeout(this.#timer);
  }

  #hear({ who, name, what }) {
    const isForMe = this.dataset.of === (who === "contact" ? "contact" : "colleague");
    if (!isForMe || who === `m${document.body.dataset.member}`) return;
    const words = who === "contact" ? [this.dataset.text] : this.#colleague(who, name, what);
    this.replaceChildren(...words, dots());
    this.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fade(), FADES);
  }

  #fade() {
    if (this.dataset.of === "colleague") this.hidden = true;
    this.replaceChildren();
  }

  /** Their picture stands in the list of colleagues already. */
  #colleague(who, name, what) {
    const picture = document.querySelector(`.person [data-who="${who}"]`)?.parentElement.cloneNode(true);
    const sentence = document.createElement("span");
    const bold = document.createElement("b");
    bold.textContent = name;
    sentence.append(bold, ` ${this.dataset[what]}`);
    return picture ? [picture, sentence] : [sentence];
  }
}

function dots() {
  const dots = document.createElement("span");
  dots.className = "typing";
  dots.ariaHidden = "true";
  dots.append(...[1, 2, 3].map(() => document.createElement("i")));
  return dots;
}

customElements.define("typing-line", TypingLine);
