const SOON = 30 * 60_000;

/**
 * Heads the rows that are late, due soon, due later and not due at all; where nothing is due there is no head.
 * @param {HTMLElement} list sorted by what is due; what each head says stands in its `data-late` and so on
 * @param {boolean} hasMore further rows exist that are not loaded, and the last number is not known
 */
export function groupByDue(list, hasMore) {
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(":scope > .row")]);
  const groups = new Map();
  for (const row of rows) groups.set(groupOf(row), [...(groups.get(groupOf(row)) ?? []), row]);
  if (groups.size === 1 && groups.has("undue")) groups.clear();
  const old = new Map([...list.querySelectorAll(":scope > .list__group")].map((head) => [head.dataset.group, head]));
  for (const [name, members] of groups) {
    const head = old.get(name) ?? make(name, list.dataset[name]);
    old.delete(name);
    const isOpen = hasMore && members.includes(rows.at(-1));
    const count = isOpen ? "" : String(members.length);
    if (head.lastElementChild.textContent !== count) head.lastElementChild.textContent = count;
    if (head.nextElementSibling !== members[0]) members[0].before(head);
  }
  for (const head of old.values()) head.remove();
}

function groupOf(row) {
  if (!row.dataset.due) return "undue";
  const rest = Number(row.dataset.due) * 1000 - Date.now();
  return rest < 0 ? "late" : rest < SOON ? "soon" : "later";
}

function make(name, text) {
  const head = document.createElement("li");
  head.className = `list__group is-${name}`;
  head.dataset.group = name;
  const title = document.createElement("h2");
  title.textContent = text;
  const count = document.createElement("span");
  count.className = "num";
  head.append(title, count);
  return head;
}
