/** "Send me a copy": asks where to, sends it there, and says so. */
export class Copies {
  #part;
  #words;
  #send;

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {(email: string) => Promise<void>} send fails with a Refusal
   */
  constructor(part, words, send) {
    this.#part = part;
    this.#words = words;
    this.#send = send;
    part.wantCopy.addEventListener("click", () => this.#ask());
    part.uncopy.addEventListener("click", () => (part.copy.hidden = true));
    part.copy.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  /** @param {Record<string, string>} [fields] what the host's page knows already */
  know(fields) {
    const { email } = this.#part.copy.elements;
    if (fields?.email && !email.value) email.value = String(fields.email);
  }

  /** @param {boolean} isOffered somebody has answered, and the conversation is before the visitor's eyes */
  draw(isOffered) {
    this.#part.wantCopy.hidden = !isOffered;
    if (!isOffered) this.#part.copy.hidden = true;
  }

  #ask() {
    this.#part.uncopied.textContent = "";
    this.#part.copy.hidden = false;
    this.#part.copy.elements.email.focus();
  }

  async #submit() {
    const { email } = this.#part.copy.elements;
    if (!email.checkValidity()) return this.#say(this.#words.noEmail);
    try {
      await this.#send(email.value);
      this.#part.copy.hidden = true;
      this.#part.copied.textContent = this.#words.copied.replace("{email}", email.value);
    } catch (refusal) {
      this.#say(refusal.detail || this.#words.failed);
    }
  }

  #say(sentence) {
    this.#part.uncopied.textContent = sentence;
    this.#part.copy.elements.email.focus();
  }
}
