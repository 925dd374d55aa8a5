import { post } from "../lib/fetching.js";
import { takeOff } from "../lib/leaving.js";
import { counted } from "../lib/plural.js";
import { selection } from "../lib/selection.js";
import { offerUndo } from "../lib/undoing.js";

const MOST = 100; // that the server takes at once

/** What can be done to all chosen rows; it stands where the head of the list does. */
class BulkBar extends HTMLElement {
  #gone = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    selection.addEventListener("change", () => this.#count(), { signal });
    document.addEventListener("click", (event) => this.#click(event), { signal });
    document.addEventListener("mousedown", (event) => this.#press(event), { signal });
    document.addEventListener("submit", (event) => this.#submit(event), { signal });
    document.addEventListener("shortcut", (event) => this.#key(event), { signal });
    selection.prune();
  }

  disconnectedCallback() {
    this.#gone.abort();
  }

  /** With Shift, text would be selected instead of rows. */
  #press(event) {
    if (event.shiftKey && event.target.closest(".row__pick")) event.preventDefault();
  }

  #click({ target, shiftKey }) {
    if (target.matches(".row__check")) {
      const row = target.closest(".row");
      if (shiftKey && target.checked) selection.extend(row);
      else selection.set(row, target.checked);
    } else if (target.closest("[data-choose=all]")) selection.all();
    else if (target.closest("[data-choose=none]")) this.#clear();
  }

  /** @param {CustomEvent<string>} event */
  #key({ detail: what }) {
    const row = document.activeElement.closest(".row") ?? document.querySelector(".row.is-current");
    if (what === "leave") this.#clear();
    else if (what === "extend" && row) selection.extend(row);
    else if (what === "select" && row) selection.set(row, !selection.has(row));
  }

  #clear() {
    const hadFocus = this.contains(document.activeElement);
    const first = selection.numbers[0];
    selection.clear();
    if (hadFocus) /** @type {HTMLElement} */ (document.querySelector(`#row-${first} .row__link`))?.focus();
  }

  #submit(event) {
    if (event.target !== this.#form) return;
    event.preventDefault();
    const { swiped } = this.dataset;
    this.act(event.submitter, swiped ? [swiped] : selection.numbers);
  }

  /**
   * Does to some conversations what a button stands for.
   * @param {HTMLElement} button
   * @param {string[]} numbers
   */
  async act(button, numbers) {
    const body = new FormData(this.#form, button);
    /** @type {HTMLElement} */ (button.closest("[popover]:popover-open"))?.hidePopover();
    const url = button.getAttribute("formaction");
    const restore = takeOff(numbers, button.dataset.what ?? "", String(body.get("assignee") ?? ""));
    this.ariaBusy = "true";
    const answer = await this.#send(url, body, numbers);
    this.ariaBusy = null;
    if (answer.refused.length) restore();
    selection.clear();
    offerUndo(answer.said, answer.undo);
  }

  /** One request for a hundred; beyond, it is said how far it has come. */
  async #send(url, body, numbers) {
    const whole = { said: "", undo: [], refused: [] };
    for (let from = 0; from < numbers.length; from += MOST) {
      if (numbers.length > MOST) this.#words.textContent = `${from} / ${numbers.length}`;
      body.delete("number");
      for (const number of numbers.slice(from, from + MOST)) body.append("number", number);
      const { html, refusal } = await post(url, body).catch(() => ({ html: "", refusal: this.dataset.lost }));
      if (refusal) return { ...whole, said: refusal, refused: numbers };
      const { said, undo, refused } = JSON.parse(html);
      whole.undo.push(...undo);
      whole.refused.push(...refused);
      whole.said = said;
    }
    return whole;
  }

  #count() {
    const { length } = selection.numbers;
    this.#words.textContent = counted(this.dataset.forms, length);
  }

  get #words() {
    return this.querySelector("b");
  }

  get #form() {
    return this.querySelector("form");
  }
}

customElements.define("bulk-bar", BulkBar);
