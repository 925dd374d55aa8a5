const RECENT = "emoji:recent";
const MOST_RECENT = 16;

/** @typedef {{sign: string, name: string, words: string}} Emoji */

/** @type {Promise<Emoji[][]> | null} */
let loading = null;

/**
 * Fetches all emoji, once and only when somebody wants one.
 * @param {string} url
 * @returns {Promise<Emoji[][]>} in groups
 */
export function loadEmoji(url) {
  loading ??= fetchAll(url).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

/**
 * The first whose words begin with what was typed, and then those that merely hold it.
 * @param {Emoji[][]} groups
 * @param {string} wanted
 * @param {number} most
 */
export function findEmoji(groups, wanted, most) {
  const asked = wanted.toLowerCase().replaceAll("_", " ").trim();
  const all = groups.flat();
  const begins = ({ words }) => words.split(" ").some((word) => word.startsWith(asked));
  const exact = all.filter(({ words }) => words.split(" ").includes(asked));
  const found = [...exact, ...all.filter(begins), ...all.filter(({ words }) => words.includes(asked))];
  return [...new Set(found)].slice(0, most);
}

/** @param {Emoji[][]} groups */
export function recentEmoji(groups) {
  const signs = recentSigns();
  return signs.map((sign) => groups.flat().find((one) => one.sign === sign)).filter(Boolean);
}

/** @param {string} sign */
export function noteEmoji(sign) {
  const signs = [sign, ...recentSigns().filter((other) => other !== sign)];
  localStorage.setItem(RECENT, JSON.stringify(signs.slice(0, MOST_RECENT)));
}

function recentSigns() {
  return /** @type {string[]} */ (JSON.parse(localStorage.getItem(RECENT) ?? "[]"));
}

async function fetchAll(url) {
  const groups = await (await fetch(url)).json();
  return groups.map((group) =>
    group.map(([sign, said]) => ({ sign, name: said.split(" | ")[0], words: said.replace(" | ", " ") })),
  );
}
