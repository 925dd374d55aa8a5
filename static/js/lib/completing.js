import { findEmoji, loadEmoji, noteEmoji } from "./emoji.js";

const MOST = 6;
const EMOJI = /(?:^|\s):([a-z+][a-z_+]+|[+-]1)$/i;
const PERSON = /(?:^|\s)@(\p{L}[\p{L}\p{M}' .-]{0,30})?$/u;

/** @typedef {{label: string, sign?: string, text: string, instead: number, chosen?: () => void}} Choice */

/**
 * What the word before the caret may become: an emoji after a colon, a colleague after an @.
 * @param {string} before the text up to the caret
 * @param {{source: string, people: string[] | null}} from
 * @returns {Promise<Choice[]>}
 */
export async function choicesFor(before, { source, people }) {
  const emoji = EMOJI.exec(before)?.[1];
  if (emoji) {
    const groups = await loadEmoji(source).catch(() => []);
    return findEmoji(groups, emoji, MOST).map(({ sign, name }) => ({
      label: `:${name.replaceAll(" ", "_")}:`,
      sign,
      text: sign,
      instead: emoji.length + 1,
      chosen: () => noteEmoji(sign),
    }));
  }
  const person = people && PERSON.exec(before);
  if (!person) return [];
  const typed = (person[1] ?? "").toLocaleLowerCase();
  const found = people.filter((name) => [name, ...name.split(" ")].some((word) => word.toLocaleLowerCase().startsWith(typed)));
  return found.slice(0, MOST).map((name) => ({ label: name, text: `@${name} `, instead: typed.length + 1 }));
}
