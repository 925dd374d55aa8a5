/**
 * Puts entries of a timeline where their numbers say, in place of their older selves.
 * @param {HTMLElement} thread
 * @param {Iterable<HTMLElement>} entries
 * @param {{from: number, to: number}} window numbers outside belong to pages that are not loaded
 * @returns {HTMLElement[]} those that were not there before
 */
export function upsert(thread, entries, { from, to }) {
  const fresh = [];
  for (const entry of entries) {
    const seq = Number(entry.dataset.seq);
    if (seq < from || seq > to) continue;
    const old = /** @type {HTMLElement} */ (thread.querySelector(`#${entry.id}`));
    if (old) {
      if ("open" in old.dataset) entry.dataset.open = "";
      keepUnfolded(old, entry);
      old.replaceWith(entry);
    } else {
      thread.insertBefore(entry, following(thread, seq));
      fresh.push(entry);
    }
  }
  return fresh;
}

/** What the reader has unfolded in a line stays so when it is drawn anew. */
function keepUnfolded(old, entry) {
  const before = old.querySelectorAll("details");
  entry.querySelectorAll("details").forEach((one, at) => (one.open ||= Boolean(before[at]?.open)));
}

/**
 * @param {HTMLElement} thread
 * @returns {HTMLElement[]} in order
 */
export function entriesOf(thread) {
  return [...thread.querySelectorAll(":scope > [data-seq]")];
}

/**
 * @param {DocumentFragment} page
 * @returns {HTMLElement[]} its entries, without what stands inside of one
 */
export function ownEntries(page) {
  return /** @type {HTMLElement[]} */ ([...page.children].filter((one) => one.matches("[data-at]")));
}

/**
 * Changes a thread and leaves what the reader looks at where it is, to the pixel.
 * @param {HTMLElement} thread
 * @param {() => void} change
 */
export function keepingPlace(thread, change) {
  const { top } = thread.getBoundingClientRect();
  const seen = entriesOf(thread).find((entry) => entry.getBoundingClientRect().bottom > top);
  const before = seen?.getBoundingClientRect().top;
  change();
  if (seen?.isConnected) thread.scrollTop += seen.getBoundingClientRect().top - before;
}

/** What an entry goes before: the end of the thread may hold a link to later pages, or what is being sent. */
function following(thread, seq) {
  const later = entriesOf(thread).findLast((other) => Number(other.dataset.seq) < seq);
  return later ? later.nextElementSibling : (entriesOf(thread)[0] ?? null);
}
