const PERSONAL = ["name", "email", "phone"];

/** What is asked before a conversation, and of whom nobody is here to answer: where to write to. */
export class About {
  #form;
  #part;
  #words;
  #hear;
  /** What was answered, until the first message takes it along. */
  #answers = null;
  #fields = {};
  #asks = {};
  #isAway = false;

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {object} hear
   * @param {(text: string) => void} hear.done the form is filled; with the message, where it asked for one
   */
  constructor(part, words, { done }) {
    this.#form = part.about;
    this.#part = part;
    this.#words = words;
    this.#hear = done;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#form.addEventListener("input", ({ target }) => this.#complain(target.name, ""));
  }

  /** @param {Record<string, string>} fields what the host's page knows already */
  know(fields) {
    this.#fields = fields ?? {};
    for (const name of PERSONAL) {
      const input = this.#form.elements.namedItem(name);
      if (this.#fields[name] && !input.value) input.value = String(this.#fields[name]);
    }
  }

  /** @returns {object | undefined} what goes along with the first message */
  get answers() {
    const known = Object.fromEntries(PERSONAL.filter((name) => this.#fields[name]).map((name) => [name, String(this.#fields[name])]));
    const said = { ...known, ...this.#answers };
    return Object.keys(said).length ? said : undefined;
  }

  /** A new conversation asks anew. */
  forget() {
    this.#answers = null;
  }

  /**
   * @param {import("./session.js").Session} session
   * @param {boolean} isAway nobody is here, and the channel wants to know where to answer
   * @returns {boolean} whether the form stands before the conversation
   */
  draw({ home, isNew, isBarred }, isAway) {
    const asks = Object.entries(home.asks);
    const isShown = isNew && !isBarred && home.isLoaded && !this.#answers && asks.length > 0;
    this.#form.hidden = !isShown;
    if (!isShown) return false;
    this.#asks = home.asks;
    this.#isAway = isAway;
    for (const field of this.#form.querySelectorAll("[data-field]")) {
      const how = home.asks[field.dataset.field];
      field.hidden = !how;
      const optional = field.querySelector("[data-optional]");
      if (optional) optional.hidden = how !== "optional";
      for (const input of field.querySelectorAll("input")) input.required = how === "required";
    }
    this.#part.letter.hidden = !isAway;
    for (const node of [this.#part.aboutTitle, this.#part.aboutSend]) {
      node.textContent = isAway ? node.dataset.away : node.dataset.before;
    }
    return true;
  }

  focus() {
    this.#form.querySelector(".field:not([hidden]) :is(input, textarea)")?.focus();
  }

  #submit() {
    const said = Object.fromEntries(Array.from(new FormData(this.#form), ([name, value]) => [name, String(value).trim()]));
    const wrong = this.#names().filter((name) => this.#complain(name, this.#fault(name, said[name] ?? "")));
    if (wrong.length) {
      const [first] = wrong;
      const input = this.#form.elements.namedItem(first);
      return void (input instanceof RadioNodeList ? input[0] : input).focus();
    }
    const { text, consent, ...answers } = said;
    const kept = Object.entries(answers).filter(([name, value]) => value && this.#asks[name]);
    this.#answers = { ...Object.fromEntries(kept), ...(consent && { consent: true }) };
    this.#form.reset();
    this.#hear(this.#isAway ? text : "");
  }

  #names() {
    return [...Object.keys(this.#asks), ...(this.#isAway ? ["text"] : [])];
  }

  /** @returns {string} what is wrong with an answer */
  #fault(name, value) {
    const isNeeded = name === "text" || this.#asks[name] === "required";
    if (!value) return isNeeded ? this.#words.missing : "";
    if (name === "email" && !/^[^\s@]+@[^\s@]+\.[^\s@.]+$/.test(value)) return this.#words.noEmail;
    return name === "phone" && !/^[+0-9 ()./-]{5,40}$/.test(value) ? this.#words.noPhone : "";
  }

  #complain(name, sentence) {
    const line = document.getElementById(`about-${name}-error`);
    if (!line) return false;
    line.textContent = sentence;
    for (const input of line.closest(".field").querySelectorAll("input, textarea")) {
      if (sentence) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
      input.setAttribute("aria-describedby", line.id);
    }
    return Boolean(sentence);
  }
}
