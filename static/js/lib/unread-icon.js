const MOST = 9;

let plain = null;
let shown = 0;

/**
 * Draws on the tab's icon how many conversations are unread.
 * @param {number} count
 */
export async function countInIcon(count) {
  if (count === shown) return;
  shown = count;
  const link = /** @type {HTMLLinkElement} */ (document.querySelector("link[rel=icon]"));
  plain ??= fetch(link.href).then((answer) => answer.text());
  const svg = await plain.catch(() => "");
  if (!svg.includes("</svg>")) plain = null;
  else if (count === shown) link.href = `data:image/svg+xml,${encodeURIComponent(svg.replace("</svg>", `${badge(count)}</svg>`))}`;
}

function badge(count) {
  if (!count) return "";
  const words = count > MOST ? `${MOST}+` : count;
  return `<circle cx="20.5" cy="20.5" r="9.5" fill="#b3341f"/><text x="20.5" y="25" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="12.5" fill="#fff">${words}</text>`;
}
