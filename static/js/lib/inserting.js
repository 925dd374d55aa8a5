import { post } from "./fetching.js";

/**
 * Puts text into a field as if it had been typed, in the place of some characters before the caret.
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 * @param {number} [instead] how many characters it takes the place of
 */
export function insert(field, text, instead = 0) {
  if (/** @type {any} */ (field.closest("rich-text"))?.insert(text, instead)) return;
  const end = field.selectionEnd;
  field.focus();
  field.setRangeText(text, Math.max(0, field.selectionStart - instead), end, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

/**
 * Puts a saved reply, or what of an article may be read by those who will read it, into what somebody writes.
 * @param {HTMLElement} option that was chosen
 * @param {HTMLElement} part a writing-form
 * @param {{url: string, isWhole: boolean}} how `isWhole` wants an article's text, not its link
 * @returns {Promise<string>} why not, in a sentence
 */
export async function take({ dataset: { text, reply, article } }, part, { url, isWhole }) {
  const field = part.querySelector("textarea");
  const use = new FormData();
  if (reply) {
    insert(field, text);
    use.set("reply", reply);
    post(url, use).catch(() => {}); // it is inserted, counted or not
    return "";
  }
  insert(field, "");
  use.set("article", article);
  use.set("as", isWhole ? "text" : "link");
  use.set("into", part.dataset.what);
  const { html, refusal } = await post(url, use);
  if (!refusal) await insertWords(field, JSON.parse(html));
  return refusal;
}

/** With its formats where the field takes them. */
async function insertWords(field, { text, html }) {
  const rich = /** @type {any} */ (field.closest("rich-text"));
  if (!(await rich?.insertHtml(html))) insert(field, text);
}
