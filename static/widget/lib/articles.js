/** Draws an article: of its HTML only the formats that we know, each made by hand. */

const KNOWN = new Set(["b", "blockquote", "br", "code", "em", "h2", "h3", "i", "li", "ol", "p", "pre", "s", "strong", "u", "ul"]);
// Above them stands the name of the article.
const HEADINGS = { h2: "h3", h3: "h4" };
const LEADS = /^(?:https?|mailto|tel):/;

/**
 * @param {string} html
 * @returns {Node[]} what may stand in the panel
 */
export function drawn(html) {
  return [...new DOMParser().parseFromString(html, "text/html").body.childNodes].flatMap(copied);
}

/**
 * @param {string} href
 * @param {string} help the path of the help centre
 * @returns {number | null} the article of our own help centre that an address leads to
 */
export function articleAt(href, help) {
  if (!help || !URL.canParse(href, location.href)) return null;
  const { origin, pathname } = new URL(href, location.href);
  const [, id] = (pathname.startsWith(help) && /^[a-z]{2}\/articles\/(\d{1,18})(?:-|\/|$)/.exec(pathname.slice(help.length))) || [];
  return id && origin === location.origin ? Number(id) : null;
}

function copied(node) {
  if (node.nodeType === Node.TEXT_NODE) return [document.createTextNode(node.data)];
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const inside = [...node.childNodes].flatMap(copied);
  const made = like(node);
  made?.append(...inside);
  return made ? [made] : inside;
}

function like(node) {
  const name = node.localName;
  if (name === "a" && LEADS.test(node.href)) {
    return Object.assign(document.createElement("a"), { href: node.href, target: "_blank", rel: "noopener nofollow" });
  }
  if (!KNOWN.has(name)) return null;
  const made = document.createElement(HEADINGS[name] ?? name);
  if (name === "ol" && node.start !== 1) made.start = node.start;
  return made;
}
