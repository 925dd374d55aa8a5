import { getHtml } from "./fetching.js";

/**
 * The order of a list: newest activity first, then the newest row.
 * @param {HTMLElement} a
 * @param {HTMLElement} b
 */
export function byActivity(a, b) {
  return Number(b.dataset.at) - Number(a.dataset.at) || Number(b.dataset.id) - Number(a.dataset.id);
}

/** @param {HTMLElement} row */
export function seqOf(row) {
  return Number(row.dataset.seq);
}

/**
 * Puts a row where it belongs, in place of its older self.
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 * @param {boolean} hasMore older rows exist that are not loaded: nothing may follow the last one
 * @returns {boolean} whether the row is on the screen now
 */
export function place(list, row, hasMore) {
  return keepingFocus(list, () => put(list, row, hasMore));
}

function put(list, row, hasMore) {
  const rows = /** @type {HTMLElement[]} */ ([...list.children]);
  const old = rows.find((other) => other.id === row.id);
  if (old && seqOf(old) > seqOf(row)) return false;
  const next = rows.find((other) => other !== old && byActivity(row, other) < 0);
  if (!next && hasMore) {
    old?.remove();
    return false;
  }
  if (old && old.nextElementSibling === (next ?? null)) old.replaceWith(row);
  else {
    old?.remove();
    list.insertBefore(row, next ?? null);
  }
  return true;
}

/**
 * Makes a list show exactly the fetched rows, touching only what differs so that focus stays.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} fetched in order
 * @param {(row: HTMLElement) => void} added is told of every row that is new to the page
 */
export function merge(list, fetched, added) {
  keepingFocus(list, () => exchange(list, fetched, added));
}

function exchange(list, fetched, added) {
  const shown = new Map([...list.children].map((row) => [row.id, /** @type {HTMLElement} */ (row)]));
  const kept = fetched.map((row) => {
    const old = shown.get(row.id);
    return old && seqOf(old) >= seqOf(row) ? old : row;
  });
  const keptRows = new Set(kept);
  for (const row of shown.values()) if (!keptRows.has(row)) row.remove();
  let cursor = list.firstElementChild;
  for (const row of kept) {
    if (row === cursor) cursor = cursor.nextElementSibling;
    else {
      list.insertBefore(row, cursor);
      if (shown.get(row.id) !== row) added(row);
    }
  }
}

/** Does something to a list; the row that had focus has it again, drawn anew or in another place. */
function keepingFocus(list, change) {
  const focused = list.contains(document.activeElement) && document.activeElement.closest(".row");
  const outcome = change();
  if (focused && !list.contains(document.activeElement)) {
    list.querySelector(`#${focused.id} .row__link`)?.focus({ preventScroll: true });
  }
  return outcome;
}

/**
 * Adds to a row what depends on who looks: whether it is open, and from which view it is opened.
 * @param {HTMLElement} row
 * @param {boolean} isCurrent
 * @param {string} view
 */
export function adapt(row, isCurrent, view) {
  const link = row.querySelector(".row__link");
  row.classList.toggle("is-current", isCurrent);
  link.ariaCurrent = isCurrent ? "true" : null;
  link.setAttribute("href", `${link.getAttribute("hx-get")}?view=${view}`);
}

/**
 * Fetches a list from its top.
 * @param {string} first
 * @param {number} pages at most
 * @returns {Promise<{rows: HTMLElement[], more: Element | null}>} `more` holds the link that goes on
 */
export async function fetchRows(first, pages) {
  const rows = [];
  let url = first;
  let more = null;
  for (let page = 0; url && page < pages; page += 1) {
    const list = await getHtml(url);
    rows.push(.../** @type {NodeListOf<HTMLElement>} */ (list.querySelectorAll(".row")));
    more = list.querySelector(".list__more");
    url = more?.querySelector("a").getAttribute("href");
  }
  return { rows, more };
}
