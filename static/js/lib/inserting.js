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
