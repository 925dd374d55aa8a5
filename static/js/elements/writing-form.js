import { addressed, readdress } from "../lib/addresses.js";
import { refuse, tellOfDraft } from "../lib/draft-news.js";
import { followDraft } from "../lib/draft-following.js";
import { Draft } from "../lib/drafts.js";
import { live } from "../lib/live.js";
import { send, tellOfSending } from "../lib/sending.js";

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
    form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.addEventListener("addressed", () => this.#draft.address(addressed(this)), { signal });
    this.addEventListener("sending", () => this.#show(), { signal });
    followDraft(this.#draft, this.dataset, signal);
  }

  disconnectedCallback() {
    this.#gone.abort();
    this.#draft.leave();
  }

  get text() {
    return this.#draft.text;
  }

  /** Something else than keys has changed the text. */
  rewrite(text) {
    this.#form.text.value = text;
    this.#typed();
  }

  /** The writer has seen the conversation up to a number, and still wants to say this. */
  saw(seq) {
    this.#draft.look(seq);
    this.#show();
  }

  submit(submitter = null) {
    const isThere = submitter?.isConnected;
    this.#form.requestSubmit(isThere ? submitter : this.querySelector("[data-sends]"));
  }

  #typed() {
    const { text } = this.#form;
    this.#draft.type(text.value, this.#seq);
    refuse(this, "");
    if (text.value.trim()) live.sayTyping(this.dataset.what);
  }

  async #submit(event) {
    event.preventDefault();
    const { submitter } = event;
    if (this.#isBusy) return void (this.#next = submitter);
    const { text, attachments } = this.#form;
    if (!text.value.trim() && !attachments) return refuse(this, this.dataset.blank);
    this.#isBusy = true;
    refuse(this, "");
    const answer = await send(this, this.#draft, submitter);
    this.#isBusy = false;
    this.#show();
    refuse(this, tellOfSending(this, answer, submitter));
    const next = this.#next;
    this.#next = null;
    if (next && !answer.refusal) this.submit(next);
  }

  #show() {
    const { text, client_id, seen_seq } = this.#form;
    if (text.value !== this.#draft.text) text.value = this.#draft.text;
    client_id.value = this.#draft.id;
    if (this.#draft.people) readdress(this, this.#draft.people);
    seen_seq.value = this.#draft.text ? this.#draft.seen : this.#seq;
  }

  get #form() {
    return this.querySelector("form");
  }

  get #seq() {
    return Number(document.querySelector("#head")?.getAttribute("data-seq"));
  }
}

customElements.define("writing-form", WritingForm);
