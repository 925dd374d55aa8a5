/**
 * How well typed words fit a name: each must be in it, as it is or with a letter or two forgotten.
 * @param {string} name
 * @param {string} typed
 * @returns {number} 0 if one does not; more is better
 */
export function fit(name, typed) {
  const whole = name.toLocaleLowerCase();
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const each = words.map((word) => fitWord(whole, word));
  return each.every(Boolean) ? 1 + each.reduce((sum, one) => sum + one, 0) : 0;
}

function fitWord(name, word) {
  const at = name.indexOf(word);
  if (at >= 0) return at === 0 || /[^\p{L}\p{N}]/u.test(name[at - 1]) ? 100 : 50;
  return word.length > 2 && name.split(/\s+/).some((one) => isNear(one, word)) ? 10 : 0;
}

/** Its letters in their order, the first of them first, and few others between. */
function isNear(name, word) {
  let from = 0;
  for (const letter of word) {
    const next = name.indexOf(letter, from);
    if (next < 0 || next - from > (from ? 2 : 0)) return false;
    from = next + 1;
  }
  return true;
}

/**
 * Marks what was typed where a text has it.
 * @param {Element} element holds nothing but words
 * @param {string} typed
 */
export function mark(element, typed) {
  const text = element.textContent;
  const at = typed ? text.toLocaleLowerCase().indexOf(typed.toLocaleLowerCase()) : -1;
  if (at < 0) return element.replaceChildren(text);
  const found = document.createElement("mark");
  found.textContent = text.slice(at, at + typed.length);
  return element.replaceChildren(text.slice(0, at), found, text.slice(at + typed.length));
}
