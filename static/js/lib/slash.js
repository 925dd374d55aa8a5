const GAP = /\{\{[^{}]*\}\}/;

/**
 * @param {HTMLElement} target where a key was pressed
 * @returns {boolean} whether the caret is at the start of a line of what is written to somebody
 */
export function isAtLineStart(target) {
  if (!target.closest("writing-form")) return false;
  const rich = /** @type {any} */ (target.closest("rich-text"));
  if (rich && target !== rich.typed) return false; // the address of a link has slashes of its own
  const before = rich?.before ?? beforeCaret(target);
  return before !== null && /(^|\n)$/.test(before);
}

function beforeCaret(field) {
  if (!(field instanceof HTMLTextAreaElement)) return null;
  return field.selectionStart === field.selectionEnd ? field.value.slice(0, field.selectionStart) : null;
}

/**
 * Selects the first gap that is left, to be written over.
 * @param {HTMLElement} part
 */
export function selectGap(part) {
  const field = part.querySelector("textarea");
  const gap = GAP.exec(field.value);
  const rich = /** @type {any} */ (field.closest("rich-text"));
  if (gap && !rich?.chooseWords(gap[0])) field.setSelectionRange(gap.index, gap.index + gap[0].length);
}
