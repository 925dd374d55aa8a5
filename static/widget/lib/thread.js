import { avatar, element } from "./elements.js";
import { previews, size } from "./files.js";
import { pieces } from "./links.js";

const NEAR = 80;

/** Draws rows into the log, touching only what changed, and keeps the visitor's place in it. */
export class Thread {
  #log;
  #words;
  #resend;
  #missed;
  /** @type {Map<string, {node: HTMLElement, row: import("./rows.js").Row, look: string}>} */
  #drawn = new Map();
  #isAtEnd = true;
  #height = 0;

  /**
   * @param {HTMLElement} log
   * @param {Record<string, string>} words
   * @param {object} hear
   * @param {(clientId: string) => void} hear.resend
   * @param {(missed: boolean) => void} hear.missed something new is below what the visitor looks at
   */
  constructor(log, words, { resend, missed }) {
    this.#log = log;
    this.#words = words;
    this.#resend = resend;
    this.#missed = missed;
    log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#resized()).observe(log);
  }

  /** @param {import("./rows.js").Row[]} rows */
  draw(rows) {
    const news = this.#place(rows);
    if (this.#isAtEnd || news.some((row) => row.waits)) this.toEnd();
    else if (news.some((row) => row.type === "theirs")) this.#missed(true);
  }

  toEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  clear() {
    this.#log.replaceChildren();
    this.#drawn.clear();
  }

  #resized() {
    this.#height = this.#log.clientHeight;
    if (this.#isAtEnd) this.toEnd();
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    if (clientHeight !== this.#height) return; // it has just changed its size: nobody has moved
    this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#isAtEnd) this.#missed(false);
  }

  /** @returns {import("./rows.js").Row[]} those that were not there before */
  #place(rows) {
    const before = this.#drawn;
    const news = rows.filter(({ key }) => !before.has(key));
    this.#drawn = new Map(rows.map((row) => [row.key, this.#drawnRow(row, before.get(row.key))]));
    const kept = new Set([...this.#drawn.values()].map(({ node }) => node));
    for (const { node } of before.values()) if (!kept.has(node)) node.remove();
    let place = this.#log.firstChild;
    for (const node of kept) {
      if (node === place) place = place.nextSibling;
      else this.#log.insertBefore(node, place);
    }
    return news;
  }

  #drawnRow(row, known) {
    const look = JSON.stringify(row);
    if (known?.look === look) return known;
    // A message keeps its node from sending to seen, so that it neither blinks nor is read out twice.
    const isSame = row.type === "mine" && known?.row.text === row.text && same(known.row.files, row.files);
    return { node: isSame ? mark(known.node, row) : this.#build(row), row, look };
  }

  #build(row) {
    if (row.type === "mine" || row.type === "theirs") return mark(bubble(row, this.#words), row);
    if (row.type === "author") return author(row);
    if (row.type === "failed") return this.#failed(row);
    if (row.type === "typing") return typing(row);
    const line = element("p", row.type === "state" ? "by by--me" : "sys");
    line.append(row.type === "day" ? time(row) : row.text);
    return line;
  }

  #failed({ id, text }) {
    const again = element("button", "again", this.#words.again);
    again.type = "button";
    again.addEventListener("click", () => this.#resend(id));
    const line = element("p", "by by--me by--failed");
    line.append(element("span", "", [this.#words.failed, text].filter(Boolean).join(" ")), " ", again);
    return line;
  }
}

function mark(node, { waits, failed }) {
  node.classList.toggle("is-waiting", Boolean(waits) && !failed);
  node.classList.toggle("is-failed", Boolean(failed));
  return node;
}

const same = (some, others) => JSON.stringify(some) === JSON.stringify(others);

function bubble({ type, text, files }, words) {
  const mine = type === "mine";
  const row = element("div", mine ? "say say--me" : "say");
  if (mine) row.append(element("span", "sr-only", words.you));
  const body = element("div", mine ? "bubble me-b" : "bubble op-b");
  body.dir = "auto";
  body.append(...pieces(text).map((piece) => (piece.href ? link(piece) : piece.text)));
  const said = element("div", "said");
  if (text) said.append(body);
  said.append(...files.map(attached));
  row.append(said);
  return row;
}

/** A picture shows itself, smaller; anything else is a line to save it by. */
function attached({ id, name, size: bytes, url, thumbnail_url: thumbnail, width, height }) {
  const shown = previews.get(id) ?? (thumbnail && { src: thumbnail, width, height });
  const line = element(url ? "a" : "span", shown ? "picture" : "paper");
  if (url) {
    line.href = width ? url : `${url}${url.includes("?") ? "&" : "?"}download`;
    line.target = "_blank";
    line.rel = "noopener";
  }
  if (shown) {
    const image = element("img", "");
    Object.assign(image, { ...shown, alt: name, loading: "lazy" });
    line.append(image);
  } else {
    line.append(element("b", "", name), element("small", "", size(bytes)));
  }
  return line;
}

function link({ text, href }) {
  const anchor = element("a", "", text);
  anchor.href = href;
  anchor.target = "_blank";
  anchor.rel = "noopener nofollow";
  return anchor;
}

function author({ text, initials, hue, photo }) {
  const line = element("div", "by");
  line.append(avatar({ initials, hue, photo }, 20), text);
  return line;
}

function typing({ text }) {
  const row = element("div", "say");
  const dots = element("span", "bubble op-b dots");
  dots.setAttribute("aria-hidden", "true");
  dots.append(element("i", ""), element("i", ""), element("i", ""));
  row.append(dots, element("span", "by", text));
  return row;
}

function time({ text, at }) {
  const node = element("time", "", text);
  node.dateTime = at;
  return node;
}
