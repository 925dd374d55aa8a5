import { postQuietly } from "../lib/fetching.js";

const PAUSE = 1200; // milliseconds after the last key

/** Keeps an article while it is written; says so when somebody else has written it, too. */
class ArticleForm extends HTMLElement {
  #timer = 0;
  #isBusy = false;
  #running = null;
  #isStopped = false;

  connectedCallback() {
    this.#form.addEventListener("input", () => this.#later());
    this.#form.addEventListener("submit", (event) => this.#submit(event));
    document.getElementById("publish").addEventListener("submit", (event) => this.#publish(event));
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#say("");
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#save(), PAUSE);
  }

  async #submit(event) {
    event.preventDefault();
    this.#isStopped = false;
    await this.#save();
  }

  /** What is published is what is on the screen. */
  async #publish(event) {
    event.preventDefault();
    const form = event.target;
    this.#isStopped = false;
    await this.#running; // what is kept just now must not swallow it
    if (await this.#save()) form.submit();
  }

  async #save() {
    clearTimeout(this.#timer);
    if (this.#isBusy) return void this.#later();
    this.#isBusy = true;
    this.#running = postQuietly(this.#form.action, new FormData(this.#form)).catch(() => null);
    const told = await this.#running;
    this.#isBusy = false;
    if (!told) {
      this.#say(this.dataset.lost);
      this.#timer = setTimeout(() => this.#save(), 5 * PAUSE);
      return false;
    }
    this.#form.seen.value = told.version;
    this.#tell(told);
    return !told.conflict;
  }

  #tell({ conflict, who, changed }) {
    this.#isStopped = Boolean(conflict);
    this.#say(conflict ? "" : this.dataset.saved);
    this.#notice.hidden = !conflict;
    const chip = this.querySelector("[data-live]");
    const words = chip.getAttribute("data-live");
    if (changed && words) [chip.textContent, chip.className] = [words, "chip chip--brass"];
    if (!conflict) return;
    this.#notice.querySelector("span").textContent = this.dataset.conflict.replace("%w", who).replace("%n", conflict);
    this.#notice.querySelector("a").href = `${this.dataset.versions}${conflict}/`;
  }

  #say(words) {
    this.querySelector(".kb__state").textContent = words;
  }

  get #notice() {
    return /** @type {HTMLElement} */ (this.querySelector("[data-told]"));
  }

  get #form() {
    return this.querySelector("form");
  }
}

customElements.define("article-form", ArticleForm);
