const FORMATS = /<(?:a|b|blockquote|code|em|h[1-6]|i|li|ol|pre|strong|ul)[\s>]|mso-list/i;
const LONGEST = 500_000; // characters; of more, a browser is busy too long
const ADDRESS = /^(?:https?:\/\/|mailto:|tel:)\S+$/i;

/** @typedef {{text: string, html?: string}} Words `html` says the same where there are formats */

/**
 * @param {string} html from a clipboard
 * @returns {boolean} whether it has formats that we know
 */
export function isFormatted(html) {
  return html.length < LONGEST && FORMATS.test(html);
}

/**
 * @param {string} typed
 * @returns {string} where a link leads; empty if that is no address
 */
export function addressIn(typed) {
  const said = typed.trim();
  if (ADDRESS.test(said)) return said;
  if (/\s|^[a-z][a-z+.-]*:(?!\d)/i.test(said)) return "";
  if (/^[^@/]+@[^@/]+\.[^@/]+$/.test(said)) return `mailto:${said}`;
  return /^[^/]+\.[^/]/.test(said) ? `https://${said}` : "";
}

/**
 * Puts words before others, with an empty line between.
 * @param {Words} first
 * @param {Words} second
 * @returns {Words}
 */
export function joined(first, second) {
  const text = [first.text, second.text].filter(Boolean).join("\n\n");
  return { text, html: first.html || second.html ? asHtml(first) + asHtml(second) : "" };
}

function asHtml({ text, html }) {
  if (html || !text) return html ?? "";
  const box = document.createElement("div");
  for (const paragraph of text.split("\n\n")) {
    const lines = paragraph.split("\n").flatMap((line) => [document.createElement("br"), line]);
    box.appendChild(document.createElement("p")).append(...lines.slice(1));
  }
  return box.innerHTML;
}

/**
 * Goes to where words are typed.
 * @param {ParentNode} form
 */
export function focusWords(form) {
  /** @type {HTMLElement} */ (form.querySelector("rich-text") ?? form.querySelector("textarea")).focus();
}
