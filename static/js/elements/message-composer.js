import { Draft, newId } from "../lib/drafts.js";
import { post } from "../lib/fetching.js";
import { live } from "../lib/live.js";

const TYPING = 2000;

/** Reply or note: two forms of which one is shown; what is not sent is never lost. */
class MessageComposer extends HTMLElement {
  #typedAt = 0;

  connectedCallback() {
    for (const type of ["click", "input", "keydown", "submit"]) this.addEventListener(type, this);
    for (const form of this.#forms) {
      const draft = this.#draft(form).read();
      if (draft.text) form.text.value = draft.text;
      form.client_id.value = draft.id;
    }
    const [reply, note] = this.#forms;
    this.#choose(note.text.value && !reply.text.value ? "note" : "reply");
  }

  /** @param {Event} event */
  handleEvent(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (event.type === "submit") this.#submit(/** @type {SubmitEvent} */ (event));
    else if (event.type === "input") this.#typed(/** @type {any} */ (target).form);
    else if (event.type === "keydown") this.#key(event, target);
    else if (target.closest("[role=tab]")) {
      this.#choose(target.closest("[role=tab]").id.slice("tab-".length)).text.focus();
    }
  }

  #key(event, target) {
    const sends = event.key === "Enter" && (event.ctrlKey || event.metaKey);
    if (sends) target.form?.requestSubmit();
    else if (target.role === "tab" && event.key.startsWith("Arrow")) {
      const other = this.#tabs.find((tab) => tab !== target);
      this.#choose(other.id.slice("tab-".length));
      other.focus();
    }
  }

  #choose(what) {
    this.classList.toggle("is-note", what === "note");
    for (const tab of this.#tabs) {
      tab.ariaSelected = String(tab.id === `tab-${what}`);
      tab.tabIndex = tab.id === `tab-${what}` ? 0 : -1;
    }
    for (const form of this.#forms) form.hidden = form.dataset.what !== what;
    return this.#forms.find((form) => !form.hidden);
  }

  #typed(form) {
    this.#keep(form);
    const now = Date.now();
    if (!form.text.value.trim() || now - this.#typedAt < TYPING) return;
    this.#typedAt = now;
    live.sayTyping(form.dataset.what);
  }

  async #submit(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button");
    const refused = form.querySelector(".composer__refusal");
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    form.text.readOnly = true;
    const { refusal } = await post(form.getAttribute("action"), new FormData(form)).catch(() => ({
      refusal: this.dataset.lost,
    }));
    button.ariaBusy = null;
    form.text.readOnly = false;
    refused.textContent = refusal;
    refused.hidden = !refusal;
    if (refusal) return;
    form.text.value = "";
    form.client_id.value = newId();
    this.#keep(form);
    this.dispatchEvent(new Event("written", { bubbles: true }));
  }

  #keep(form) {
    this.#draft(form).keep({ text: form.text.value, id: form.client_id.value });
  }

  #draft(form) {
    return new Draft(this.dataset.number, form.dataset.what);
  }

  get #forms() {
    return [...this.querySelectorAll("form")];
  }

  get #tabs() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=tab]")]);
  }
}

customElements.define("message-composer", MessageComposer);
