/**
 * Shows only what has all the typed words in its name.
 * @param {Iterable<HTMLElement>} items each says its name in `data-name`
 * @param {string} typed
 */
export function narrow(items, typed) {
  const words = typed.trim().toLocaleLowerCase().split(/\s+/);
  for (const item of items) {
    const name = item.dataset.name.toLocaleLowerCase();
    item.hidden = !words.every((word) => name.includes(word));
  }
}
