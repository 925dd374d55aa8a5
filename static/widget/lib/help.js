import { articleAt, drawn } from "./articles.js";
import { element } from "./elements.js";

const CALM = 250;
const DRAWINGS = ["article", "right"];

/** What a visitor may read without asking anybody: offered, searched, and read beside the chat. */
export class Help {
  #part;
  #words;
  #path;
  #hear;
  /** @type {{id?: number, shown?: any, opener?: any}[]} where the visitor came along: a search, articles */
  #trail = [];
  #timer = 0;
  #asked = 0;

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {string} path of the help centre; without one there is none
   * @param {object} hear
   * @param {() => import("./doors.js").Doors | undefined} hear.doors
   * @param {() => void} hear.changed
   * @param {() => void} hear.ask the visitor wants a person
   * @param {() => void} hear.closed they are back where they were
   */
  constructor(part, words, path, hear) {
    this.#part = part;
    this.#words = words;
    this.#path = path;
    this.#hear = hear;
    if (!path) return;
    part.searching.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#find();
    });
    part.searching.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#find(), CALM);
    });
    part.wantHelp.addEventListener("click", () => this.#open({}));
    part.offer.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) this.#open({ id: Number(button.dataset.article) || undefined });
    });
    part.person.addEventListener("click", () => this.#leave());
    part.no.addEventListener("click", () => this.#tell(false));
    part.yes.addEventListener("click", () => this.#tell(true));
    for (const place of [part.log, part.doc]) place.addEventListener("click", (event) => this.#follow(event));
  }

  /** @returns {boolean} whether something else than the chat is shown */
  get isOpen() {
    return this.#trail.length > 0;
  }

  get title() {
    return this.#here.id ? this.#words.article : this.#words.articles;
  }

  get subtitle() {
    return this.#here.shown?.collection ?? "";
  }

  /** Stands where the visitor is: before the first word, among what is asked first, or at home. */
  place(where) {
    const { offer, start, home, about } = this.#part;
    if (!offer) return;
    const place = { home, about, start }[where] ?? start;
    start.hidden = where !== "start";
    if (offer.parentElement === place) return;
    if (place === home) home.querySelector("button").after(offer);
    else place.prepend(offer);
  }

  back() {
    clearTimeout(this.#timer);
    const { opener } = this.#trail.pop();
    this.#draw();
    queueMicrotask(() => {
      if (opener?.offsetParent) opener.focus();
      else if (this.isOpen) this.#focus();
      else this.#hear.closed();
    });
  }

  #leave() {
    this.#trail = [];
    this.#draw();
    this.#hear.ask();
  }

  #open(step) {
    if (!this.#hear.doors()) return; // the page around us has not said yet whose browser this is
    if (!step.id) this.#part.searching.reset();
    this.#trail.push({ ...step, opener: document.activeElement });
    this.#draw();
    if (step.id) this.#read(this.#here);
    else this.#find();
    this.#focus();
  }

  async #read(step) {
    step.shown = await this.#hear.doors().article(step.id).catch(({ passes }) => ({ id: 0, title: passes ? this.#words.articlesLost : this.#words.articlesNone, html: "" }));
    if (this.#here !== step) return;
    this.#draw();
    this.#focus();
  }

  async #find() {
    clearTimeout(this.#timer);
    const turn = ++this.#asked;
    const question = this.#part.searching.elements.namedItem("q").value.trim();
    const found = await this.#hear.doors().articles(question).catch(() => null);
    if (turn !== this.#asked) return;
    const { count, hits } = this.#part;
    hits.replaceChildren(...(found?.articles ?? []).map((one) => this.#row(one)));
    count.textContent = this.#told(found, question);
  }

  #told(found, question) {
    if (!found) return this.#words.articlesLost;
    const { length } = found.articles;
    if (!question) return "";
    return length ? this.#words.articlesFound.replace("{count}", String(length)) : this.#words.articlesNone;
  }

  async #tell(isHelpful) {
    const { id } = this.#here;
    const isTold = await this.#hear.doors().helped(id, isHelpful).then(() => true, () => false);
    if (!isHelpful) return this.#leave();
    this.#part.yes.setAttribute("aria-pressed", String(isTold));
    this.#part.thanks.textContent = isTold ? this.#words.thanks : this.#words.articlesLost;
  }

  /** What leads to an article of ours is read here. */
  #follow(event) {
    const id = articleAt(event.target.closest("a")?.href ?? "", this.#path);
    if (!id || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#open({ id });
  }

  #draw() {
    const { reader, searching, count, hits, otherwise, article, helped, headline, doc, page, yes, thanks } = this.#part;
    const { id, shown } = this.#here;
    reader.hidden = !this.isOpen;
    for (const node of [searching, count, hits, otherwise]) node.hidden = Boolean(id);
    article.hidden = !id;
    helped.hidden = !shown?.id;
    page.parentElement.hidden = !shown?.id;
    article.setAttribute("aria-busy", String(Boolean(id) && !shown));
    headline.textContent = shown?.title ?? "";
    doc.replaceChildren(...drawn(shown?.html ?? ""));
    article.lang = shown?.language ?? document.documentElement.lang;
    page.href = shown?.path ?? this.#path;
    yes.setAttribute("aria-pressed", String(shown?.helpful === true));
    thanks.textContent = "";
    reader.scrollTop = 0;
    this.#hear.changed();
  }

  #focus() {
    queueMicrotask(() => (this.#here.id ? this.#part.headline : this.#part.searching.elements.namedItem("q")).focus());
  }

  #row({ id, title, about, language }) {
    const text = element("span", "wid__said");
    const name = element("b", "", title);
    text.lang = language;
    text.dir = "auto";
    text.append(name);
    if (about.length) {
      const said = element("small", "");
      said.append(...about.map(([part, isAsked]) => (isAsked ? element("mark", "", part) : part)));
      text.append(said);
    }
    const button = element("button", "");
    button.type = "button";
    button.append(this.#drawing("article"), text, this.#drawing("right"));
    button.addEventListener("click", () => this.#open({ id }));
    const item = element("li", "");
    item.append(button);
    return item;
  }

  #drawing(name) {
    return this.#part.drawings.children[DRAWINGS.indexOf(name)].cloneNode(true);
  }

  get #here() {
    return this.#trail.at(-1) ?? {};
  }
}
