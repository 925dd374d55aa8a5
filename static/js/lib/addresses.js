const PIECE = /(?:"(?:[^"\\]|\\.)*"|[^",;])+/g;
const ANGLE = /^(.*)<([^<>]*)>\s*$/s;

/**
 * Takes the text of a mail's header apart, one address each.
 * @param {string} text
 * @returns {string[]}
 */
export function split(text) {
  const pieces = (text.match(PIECE) ?? []).map((piece) => piece.trim()).filter(Boolean);
  // A surname before an unquoted comma belongs to the name that follows.
  return pieces.reduceRight((all, piece) => (isWhole(piece) || !all[0] || !ANGLE.test(all[0]) ? [piece, ...all] : [`"${piece}, ${nameOf(all[0])}" <${addressOf(all[0])}>`, ...all.slice(1)]), /** @type {string[]} */ ([]));
}

/** @param {string} said */
export function isWhole(said) {
  return /^[^\s@<>]+@[^\s@<>]+$/.test(addressOf(said));
}

/** @param {string} said */
export function addressOf(said) {
  return (ANGLE.exec(said)?.[2] ?? said).trim().toLowerCase();
}

/** @param {string} said */
export function nameOf(said) {
  const name = ANGLE.exec(said)?.[1].trim() ?? "";
  return name.replace(/^"(.*)"$/s, "$1").replace(/\\(.)/g, "$1") || addressOf(said);
}

/** @param {{name: string, address: string}} person */
export function spell({ name, address }) {
  return name ? `"${name.replace(/(["\\])/g, "\\$1")}" <${address}>` : address;
}

/**
 * Says what the address lines of a form hold; null where it has none.
 * @param {HTMLElement} part
 */
export function addressed(part) {
  const fields = /** @type {NodeListOf<any>} */ (part.querySelectorAll("address-field"));
  return fields.length ? Object.fromEntries([...fields].map((field) => [field.header, field.text])) : null;
}

/**
 * @param {HTMLElement} part
 * @param {Record<string, string>} people
 */
export function readdress(part, people) {
  for (const field of /** @type {NodeListOf<any>} */ (part.querySelectorAll("address-field"))) field.text = people[field.header] ?? "";
}
