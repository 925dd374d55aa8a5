/** Finds the addresses in what somebody wrote. */

const ADDRESS = /\bhttps?:\/\/[^\s<>"]+/gi;
const CLOSERS = { ")": "(", "]": "[", "}": "{" };

/**
 * @param {string} text
 * @returns {{text: string, href?: string}[]} the text in pieces; those with href are links
 */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    const href = safeHref(address);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index) });
    found.push({ text: address, href });
    from = match.index + address.length;
  }
  if (from < text.length) found.push({ text: text.slice(from) });
  return found;
}

/** The sentence's own full stop or bracket is not part of the address. */
function withoutTail(address) {
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1];
    if (last in CLOSERS) {
      const kept = address.slice(0, end);
      if (kept.split(CLOSERS[last]).length >= kept.split(last).length) break;
    } else if (!".,;:!?'*_".includes(last)) break;
  }
  return address.slice(0, end);
}

function safeHref(address) {
  try {
    const url = new URL(address);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
