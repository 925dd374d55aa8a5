import { parse } from "../lib/fetching.js";
import { say } from "../lib/toast.js";

/** A reply that waits because a colleague's came first, and what may be done with it. */
class HeldReply extends HTMLElement {
  #submitter = null;

  connectedCallback() {
    this.addEventListener("click", this);
  }

  /**
   * @param {string} html the colleague's reply
   * @param {HTMLElement} submitter how it was to be sent
   */
  show(html, submitter) {
    this.#submitter = submitter;
    this.replaceChildren(parse(html));
    /** @type {HTMLElement} */ (this.querySelector("[data-answer=change]")).focus();
  }

  /** @param {MouseEvent} event */
  handleEvent(event) {
    const answer = /** @type {Element} */ (event.target).closest("[data-answer]")?.getAttribute("data-answer");
    if (!answer) return;
    event.preventDefault();
    const [reply, note] = this.#parts;
    reply.saw(Number(this.querySelector("[data-seen]").getAttribute("data-seen")));
    this.replaceChildren();
    if (answer === "send") reply.submit(this.#submitter);
    else if (answer === "note") this.#keepAsNote(reply, note);
    else if (answer === "discard") this.#discard(reply);
    if (answer !== "note") /** @type {any} */ (document.querySelector("message-composer")).write("reply");
  }

  /** What was half written as a note stays one. */
  #keepAsNote(reply, note) {
    const begun = note.words;
    note.rewrite({ text: reply.text });
    reply.rewrite({ text: "" });
    note.submit();
    if (begun.text) note.rewrite(begun);
    /** @type {any} */ (document.querySelector("message-composer")).write("note");
  }

  #discard(reply) {
    const { words } = reply;
    reply.rewrite({ text: "" });
    say(this.dataset.gone, () => reply.rewrite(words));
  }

  get #parts() {
    return /** @type {any[]} */ ([...document.querySelectorAll("writing-form")]);
  }
}

customElements.define("held-reply", HeldReply);
