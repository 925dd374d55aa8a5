import { tellOfDraft } from "../lib/draft-news.js";
import { Draft } from "../lib/drafts.js";
import { live } from "../lib/live.js";
import { send } from "../lib/sending.js";
import { say } from "../lib/toast.js";

/** A reply or a note: kept while it is written, shown at once when it is sent, given back when it is not. */
class WritingForm extends HTMLElement {
  #gone = null;
  #draft = null;
  #isBusy = false;
  #next = null;

  connectedCallback() {
    this.#gone = new AbortController();
    const { signal } = this.#gone;
    const form = this.#form;
    this.#draft = new Draft(this.dataset.drafts, this.dataset.what, (state, text = "") => {
      if (state === "changed") this.#show();
      tellOfDraft(this, state, text, (chosen) => this.rewrite(chosen));
    });
    const facts = { seen: Number(form.seen_seq.value), version: Number(this.dataset.version) };
    this.#draft.open({ text: form.text.value, id: form.client_id.value, ...facts });
    this.#show();
    form.addEventListener("input", (event) => event.target === form.text && this.#typed(), { signal });
    this.addEventListener("sending", () => this.#show(), { signal });
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    let missed = false;
    live.on(signal, {
      draft: ({ number, what }) => number === this.#number && what === this.dataset.what && this.#draft.refresh(),
      down: () => (missed = true),
      up: () => missed && this.#draft.refresh(),
    });
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#draft.leave();
  }

  /** Something else than keys has changed the text. */
  rewrite(text) {
    this.#form.text.value = text;
    this.#typed();
  }

  #typed() {
    const { text } = this.#form;
    this.#draft.type(text.value, this.#seq);
    this.#refuse("");
    if (text.value.trim()) live.sayTyping(this.dataset.what);
  }

  async #submit(event) {
    event.preventDefault();
    const { submitter } = event;
    if (this.#isBusy) return void (this.#next = submitter);
    const { text, attachments } = this.#form;
    if (!text.value.trim() && !attachments) return this.#refuse(this.dataset.blank);
    this.#isBusy = true;
    const { refusal } = await send(this, this.#draft, submitter);
    this.#isBusy = false;
    if (!this.isConnected) return refusal && say(refusal);
    this.#show();
    this.#refuse(refusal);
    this.dispatchEvent(new Event(refusal ? "refused" : "written", { bubbles: true }));
    const next = this.#next;
    this.#next = null;
    if (next && !refusal) this.#form.requestSubmit(next);
  }

  #show() {
    const { text, client_id, seen_seq } = this.#form;
    if (text.value !== this.#draft.text) text.value = this.#draft.text;
    client_id.value = this.#draft.id;
    seen_seq.value = this.#draft.text ? this.#draft.seen : this.#seq;
  }

  #refuse(sentence) {
    const refused = /** @type {HTMLElement} */ (this.querySelector(".composer__refusal"));
    refused.textContent = sentence;
    refused.hidden = !sentence;
  }

  get #form() {
    return this.querySelector("form");
  }

  get #number() {
    return Number(this.closest("open-conversation").getAttribute("data-number"));
  }

  get #seq() {
    return Number(document.querySelector("#head").getAttribute("data-seq"));
  }
}

customElements.define("writing-form", WritingForm);
