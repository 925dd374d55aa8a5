import { getHtml } from "./fetching.js";
import { selection } from "./selection.js";
import { isUnread } from "./unread.js";

/**
 * The orders of a list, as the server sorts: the id breaks ties in the same direction.
 * @type {Record<string, (a: HTMLElement, b: HTMLElement) => number>}
 */
export const ORDERS = {
  newest: (a, b) => -ORDERS.oldest(a, b),
  oldest: (a, b) => Number(a.dataset.at) - Number(b.dataset.at) || byId(a, b),
  waiting: (a, b) => orNever(a.dataset.waiting) - orNever(b.dataset.waiting) || byId(a, b),
  due: (a, b) => orNever(a.dataset.due) - orNever(b.dataset.due) || byId(a, b),
};

function byId(a, b) {
  return Number(a.dataset.id) - Number(b.dataset.id);
}

/** Where nobody waits, or nothing is due, the time is empty, and the row comes last. */
function orNever(time) {
  return Number(time || Number.MAX_SAFE_INTEGER);
}

/** @param {HTMLElement} row */
export function seqOf(row) {
  return Number(row.dataset.seq);
}

/**
 * Puts a row where it belongs, in place of its older self.
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 * @param {boolean} hasMore further rows exist that are not loaded: nothing may follow the last one
 * @returns {boolean} whether the row is on the screen now
 */
export function place(list, row, hasMore) {
  return keepingFocus(list, () => put(list, row, hasMore));
}

/**
 * Draws a row anew without moving it: it keeps what it is sorted by.
 * @param {HTMLElement} old
 * @param {HTMLElement} row
 */
export function redraw(old, row) {
  Object.assign(row.dataset, { at: old.dataset.at, waiting: old.dataset.waiting, due: old.dataset.due });
  keepLink(old, row);
  keepingFocus(old.parentElement, () => old.replaceWith(row));
}

/** A conversation that is being fetched is fetched by the link, which must stay in the page for it. */
function keepLink(old, row) {
  const fetching = old?.querySelector(".row__link.htmx-request");
  if (!fetching) return;
  const link = row.querySelector(".row__link");
  fetching.replaceChildren(...link.childNodes);
  link.replaceWith(fetching);
}

function put(list, row, hasMore) {
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > .row")]);
  const old = rows.find((other) => other.id === row.id);
  if (old && seqOf(old) > seqOf(row)) return false;
  const compare = ORDERS[list.dataset.order];
  const next = rows.find((other) => other !== old && compare(row, other) < 0);
  const isStillLast = old && old === list.lastElementChild && compare(row, old) <= 0;
  if (!next && hasMore && !isStillLast) {
    old?.remove();
    return false;
  }
  keepLink(old, row);
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
  const shown = new Map([...list.querySelectorAll(":scope > .row")].map((row) => [row.id, /** @type {HTMLElement} */ (row)]));
  const kept = fetched.map((row) => {
    const old = shown.get(row.id);
    return old && seqOf(old) >= seqOf(row) ? old : row;
  });
  const keptRows = new Set(kept);
  for (const row of shown.values()) if (!keptRows.has(row)) row.remove();
  let cursor = list.firstElementChild;
  for (const row of kept) {
    while (cursor && !cursor.matches(".row")) cursor = cursor.nextElementSibling;
    if (row === cursor) cursor = cursor.nextElementSibling;
    else {
      if (shown.get(row.id) !== row) keepLink(shown.get(row.id), row);
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
 * Adds to a row what depends on who looks: whether it is open, whether they have read it, and from
 * which view it is opened.
 * @param {HTMLElement} row
 * @param {boolean} isCurrent
 * @param {string} query the list it is opened from
 */
export function adapt(row, isCurrent, query) {
  const link = row.querySelector(".row__link");
  row.classList.toggle("is-current", isCurrent);
  row.classList.toggle("is-unread", isUnread(row));
  const box = /** @type {HTMLInputElement} */ (row.querySelector(".row__check"));
  box.checked = selection.has(row);
  link.ariaCurrent = isCurrent ? "true" : null;
  link.setAttribute("href", `${link.getAttribute("hx-get")}?${query}`);
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
