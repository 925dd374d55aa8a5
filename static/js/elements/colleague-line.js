import { live } from "../lib/live.js";
import { dots } from "../lib/dots.js";

const FADES = 4000;

/** Says which colleague is writing here, or has begun to, and opens what they have so far. */
class ColleagueLine extends HTMLElement {
  #gone = null;
  #timer = 0;
  #typing = null;
  /** @type {Map<string, {name: string, what: string}>} by who and what, the last one is shown */
  #begun = new Map();

  connectedCallback() {
    this.#gone = new AbortController();
    for (const { who, name, what } of JSON.parse(this.dataset.begun).reverse()) this.#begun.set(`${who}:${what}`, { name, what });
    live.on(this.#gone.signal, {
      typing: (frame) => this.#hear(frame),
      drafting: (frame) => this.#note(frame),
      conversation: () => this.#fade(),
    });
    this.addEventListener("click", this);
    this.#show();
  }

  disconnectedCallback() {
    this.#gone.abort();
    clearTimeout(this.#timer);
  }

  /** @param {MouseEvent} event */
  handleEvent(event) {
    const link = /** @type {Element} */ (event.target).closest("[data-draft]");
    if (!link) return;
    const peek = /** @type {any} */ (document.querySelector("draft-peek"));
    peek.open(link.getAttribute("data-draft"));
  }

  #hear({ who, name, what }) {
    if (who === "contact" || who === `m${document.body.dataset.member}`) return;
    this.#typing = { who, name, what };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fade(), FADES);
    this.#show();
  }

  #note({ who, name, what, exists }) {
    this.#begun.delete(`${who}:${what}`);
    if (exists) this.#begun.set(`${who}:${what}`, { name, what });
    this.#show();
  }

  #fade() {
    this.#typing = null;
    this.#show();
  }

  #show() {
    const [key, last] = [...this.#begun].at(-1) ?? [];
    const one = this.#typing ?? (last && { who: key.split(":")[0], ...last });
    this.hidden = !one;
    if (!one) return this.replaceChildren();
    const words = this.dataset[this.#typing ? one.what : `begun${one.what}`];
    const hasDraft = [...this.#begun.keys()].some((begun) => begun.startsWith(`${one.who}:`));
    const parts = [picture(one.who), sentence(one.name, words)];
    if (this.#typing) parts.push(dots());
    if (hasDraft) parts.push(this.#link(one.who));
    this.replaceChildren(...parts.filter(Boolean));
  }

  #link(who) {
    const link = document.createElement("button");
    link.type = "button";
    link.className = "link end";
    link.dataset.draft = who.slice(1);
    link.textContent = this.dataset.see;
    return link;
  }
}

/** Their picture stands in the list of colleagues already. */
function picture(who) {
  return document.querySelector(`.person [data-who="${who}"]`)?.parentElement.cloneNode(true);
}

function sentence(name, words) {
  const line = document.createElement("span");
  const bold = document.createElement("b");
  bold.textContent = name;
  line.append(bold, ` ${words}`);
  return line;
}

customElements.define("colleague-line", ColleagueLine);
