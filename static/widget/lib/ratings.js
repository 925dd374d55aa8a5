/** How was it? Three faces, and an optional why; asked once, when a conversation is closed. */
export class Ratings {
  #form;
  #part;
  #words;
  #rate;
  #conversation = null;

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {(value: string, comment: string) => Promise<void>} rate fails with a Refusal
   */
  constructor(part, words, rate) {
    this.#form = part.rating;
    this.#part = part;
    this.#words = words;
    this.#rate = rate;
    this.#form.addEventListener("change", () => this.#choose());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  /** @param {import("./session.js").Session} session */
  draw({ isClosed, rating, messages, conversation, pending }) {
    if (conversation !== this.#conversation) this.#reset(conversation);
    const isAnswered = messages.some(({ kind }) => kind === "outgoing");
    this.#form.hidden = !isClosed || Boolean(rating) || !isAnswered || pending.length > 0;
  }

  #reset(conversation) {
    this.#conversation = conversation;
    this.#form.reset();
    this.#part.why.hidden = true;
    this.#part.unrated.textContent = "";
  }

  #choose() {
    const value = new FormData(this.#form).get("value");
    if (!value) return;
    this.#part.why.hidden = false;
    this.#part.question.textContent = this.#words[`why${value[0].toUpperCase()}${value.slice(1)}`];
  }

  async #send() {
    const said = new FormData(this.#form);
    const button = this.#part.why.querySelector("button");
    button.disabled = true;
    this.#part.unrated.textContent = "";
    try {
      await this.#rate(String(said.get("value")), String(said.get("comment")).trim());
    } catch (refusal) {
      this.#part.unrated.textContent = refusal.detail || this.#words.failed;
    }
    button.disabled = false;
  }
}
