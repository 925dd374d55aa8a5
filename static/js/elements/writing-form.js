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
      tellOfDraft(this, state, text, (chosen) => this.rewrite({ text: chosen }));
    });
    const facts = { seen: Number(form.seen_seq.value), version: Number(this.dataset.version) };
    this.#draft.open({ ...this.#words, id: form.client_id.value, ...facts });
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

  get words() {
    const { text, html } = this.#draft;
    return { text, html };
  }

  /**
   * Something else than keys has changed the words.
   * @param {import("../lib/formats.js").Words} words
   */
  rewrite(words) {
    this.#fill(words);
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
    this.#draft.type(this.#words, this.#seq);
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
    const { client_id, seen_seq } = this.#form;
    this.#fill(this.words);
    client_id.value = this.#draft.id;
    if (this.#draft.people) readdress(this, this.#draft.people);
    seen_seq.value = this.#draft.text ? this.#draft.seen : this.#seq;
  }

  #fill(words) {
    const { text } = this.#form;
    const rich = this.#rich;
    if (rich) customElements.upgrade(rich); // its turn comes after ours when a piece of a page is put in
    if (rich) rich.show(words);
    else if (text.value !== words.text) text.value = words.text;
  }

  get #words() {
    const { text, html } = this.#form;
    return { text: text.value, html: html?.value ?? "" };
  }

  get #rich() {
    return /** @type {any} */ (this.querySelector("rich-text"));
  }

  get #form() {
    return this.querySelector("form");
  }

  get #seq() {
    return Number(document.querySelector("#head")?.getAttribute("data-seq"));
  }
}

customElements.define("writing-form", WritingForm);
