import { parse, post } from "../lib/fetching.js";

/** Builds a rule without leaving the page, and tries it on what happened, a part at a time. */
class RuleBuilder extends HTMLElement {
  #tried = 0;

  connectedCallback() {
    this.addEventListener("submit", (event) => this.#submit(event));
    this.addEventListener("change", ({ target }) => {
      if (target.matches("[data-edit]")) this.#redraw(new FormData(this.#form), "redraw", target.name);
    });
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("#build"));
  }

  #submit(event) {
    const { submitter } = event;
    if (event.target !== this.#form || !submitter) return;
    if (submitter.hasAttribute("data-tries")) {
      event.preventDefault();
      this.#try(submitter);
    } else if (submitter.name === "edit") {
      event.preventDefault();
      this.#redraw(new FormData(this.#form), submitter.value);
    }
  }

  /** The server draws the form anew; what was in focus is so again, or else what is new. */
  async #redraw(body, edit, focused) {
    const before = new Set([...this.#form.elements].map(({ name }) => name));
    body.set("edit", edit);
    const { html } = await post(this.#form.getAttribute("action"), body);
    const build = html && parse(html).querySelector("#build");
    if (!build) return this.#form.requestSubmit();
    const top = this.#form.querySelector(".page__scroll").scrollTop;
    this.#form.replaceWith(build);
    this.#form.querySelector(".page__scroll").scrollTop = top;
    const fields = [...this.#form.elements].filter(({ name }) => name && !before.has(name));
    const next = focused ? this.#form.elements.namedItem(focused) : fields[0];
    /** @type {HTMLElement} */ (next ?? this.#form.elements.namedItem("name"))?.focus();
  }

  async #try(button) {
    const mine = ++this.#tried;
    const figure = this.querySelector(".trial__figure");
    const bar = /** @type {HTMLProgressElement} */ (this.querySelector(".trial__bar"));
    const trace = this.querySelector("#trace");
    trace.replaceChildren();
    let [of, seen, matched, before] = [0, 0, 0, ""];
    button.setAttribute("aria-busy", "true");
    do {
      const body = new FormData(this.#form);
      body.set("before", before);
      const part = await this.#part(body);
      if (mine !== this.#tried) return;
      if (typeof part === "string") {
        figure.textContent = part;
        break;
      }
      of ||= Number(part.dataset.of);
      [seen, matched] = [seen + Number(part.dataset.seen), matched + Number(part.dataset.matched)];
      before = part.dataset.before;
      Object.assign(bar, { hidden: false, max: Math.max(of, 1), value: before ? seen : Math.max(of, 1) });
      figure.textContent = figure.dataset.forms.replace("{matched}", String(matched)).replace("{seen}", String(seen));
      trace.append(part);
    } while (before);
    button.removeAttribute("aria-busy");
  }

  /** Returns a part of the trial, or the words that say why there is none. */
  async #part(body) {
    try {
      const { html, refusal } = await post(this.dataset.trial, body);
      if (refusal) await this.#redraw(body, "check", "days");
      return refusal || parse(html).querySelector(".trace__part");
    } catch {
      return this.dataset.lost;
    }
  }
}

customElements.define("rule-builder", RuleBuilder);
