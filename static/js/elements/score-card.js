import { postQuietly, Refused, SignedOut } from "../lib/fetching.js";

const PAUSE = 700; // milliseconds after the last key
const FIELDS = "input:not([type=radio]), textarea, select";
const MARKS = ["1", "2", "3", "0"];
const ACTS = { j: "next", k: "previous", z: "undo" };

/**
 * A reviewer's card: 1 2 3 0 mark the criterion at hand and go on to the next, arrows choose another,
 * Enter gives. What is marked is saved as one goes.
 */
class ScoreCard extends HTMLElement {
  #timer = 0;
  #saving = Promise.resolve();

  connectedCallback() {
    document.addEventListener("keydown", this.#hear);
    this.#form?.addEventListener("input", () => this.#later());
    this.#form?.addEventListener("change", ({ target }) => target.type === "radio" && this.#stand(target.closest(".crit")));
    this.#form?.addEventListener("focusin", ({ target }) => target.closest(".crit") && this.#stand(target.closest(".crit")));
    this.#form?.addEventListener("submit", () => this.#forget());
    addEventListener("pagehide", this.#leave);
    this.#stand(this.#open ?? this.#criteria[0]);
    if (this.querySelector(".score [role=alert]")) this.#goTo(this.#open);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.#hear);
    removeEventListener("pagehide", this.#leave);
    this.#forget();
  }

  /** What was marked a moment ago is sent on the way out. */
  #leave = () => {
    if (this.#timer) navigator.sendBeacon(this.#form.dataset.draft, new FormData(this.#form));
    this.#forget();
  };

  #forget() {
    clearTimeout(this.#timer);
    this.#timer = 0;
  }

  /** @param {KeyboardEvent} event */
  #hear = (event) => {
    const isHeld = event.ctrlKey || event.metaKey || event.altKey;
    const field = event.target.matches(FIELDS);
    if (event.isComposing || event.defaultPrevented || isHeld) return;
    if (event.key === "Enter" && !event.target.matches(`a, button, summary, textarea, select`)) this.#press("give", event) || this.#press("go-on", event);
    else if (!field && this.dataset.letters === "on") this.#letter(event);
  };

  #letter(event) {
    const at = MARKS.indexOf(event.key);
    const act = ACTS[event.key.toLowerCase()];
    const step = event.target.type === "radio" ? 0 : { ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0;
    if (at >= 0 && this.#now) this.#mark(at, event);
    else if (act) this.#press(act, event);
    else if (step && this.#now && !event.target.matches(".thread, .page__scroll")) this.#step(step, event);
  }

  #mark(at, event) {
    event.preventDefault();
    const radio = /** @type {HTMLInputElement} */ (this.#now.querySelectorAll("input[type=radio]")[at]);
    radio.checked = true;
    this.#later();
    this.#step(1, event);
  }

  #step(by, event) {
    event.preventDefault();
    const next = this.#criteria[this.#criteria.indexOf(this.#now) + by];
    if (next) this.#goTo(next);
  }

  #goTo(criterion) {
    if (!criterion) return;
    this.#stand(criterion);
    const radios = [...criterion.querySelectorAll("input[type=radio]")];
    (radios.find((one) => one.checked) ?? radios[0]).focus();
    criterion.scrollIntoView({ block: "nearest" });
  }

  #stand(criterion) {
    this.#now?.classList.remove("is-now");
    if (criterion?.matches("fieldset")) criterion.classList.add("is-now");
  }

  #press(act, event) {
    const button = /** @type {HTMLElement | null} */ (document.querySelector(`[data-acts="${act}"]`));
    if (button) event.preventDefault();
    button?.click();
    return Boolean(button);
  }

  #later(pause = PAUSE) {
    this.#forget();
    if (this.#form.dataset.draft) this.#timer = setTimeout(() => (this.#saving = this.#saving.then(() => this.#save())), pause);
  }

  async #save() {
    this.#timer = 0;
    try {
      const { score } = await postQuietly(this.#form.dataset.draft, new FormData(this.#form));
      this.querySelector("[data-score]").textContent = score ?? "–";
      this.#say(this.dataset.saved);
    } catch (error) {
      const isOver = error instanceof Refused || error instanceof SignedOut;
      this.#say(isOver ? this.dataset.stopped : this.dataset.lost);
      if (!isOver) this.#later(5 * PAUSE);
    }
  }

  #say(words) {
    this.querySelector("[data-state]").textContent = words;
  }

  get #form() {
    return /** @type {HTMLFormElement | null} */ (this.querySelector(".score__form"));
  }

  get #criteria() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("fieldset.crit")]);
  }

  get #open() {
    return this.#criteria.find((one) => !one.querySelector(":checked"));
  }

  get #now() {
    return /** @type {HTMLElement | null} */ (this.querySelector(".crit.is-now"));
  }
}

customElements.define("score-card", ScoreCard);
