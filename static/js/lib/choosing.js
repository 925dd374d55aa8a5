import { fit, mark } from "./fuzzy.js";
import { openConversation } from "./opening.js";
import { buttonFor, perform } from "./screen-keys.js";

const MODES = { ">": ["do"], "@": ["people"], "#": ["tags", "talk"] };
const EACH = 6; // of a group, unless it was asked for
const IN_CONVERSATION = ["reply", "note", "tag", "unread"];

/**
 * @param {string} typed
 * @returns {{groups: string[] | null, words: string}} where to look, and for what
 */
export function wishOf(typed) {
  const groups = MODES[typed[0]] ?? null;
  return { groups, words: (groups ? typed.slice(1) : typed).trim() };
}

/**
 * Picks of one group what fits and can be done now, best first.
 * @param {string} group
 * @param {HTMLElement[]} options
 * @param {{groups: string[] | null, words: string}} wish
 * @returns {HTMLElement[]}
 */
export function pick(group, options, wish) {
  const isWanted = wish.groups ? wish.groups.includes(group) : wish.words || !["people", "tags"].includes(group);
  if (!isWanted) return [];
  const rated = options.map((option) => ({ option, value: fit(option.dataset.name, wish.words) }));
  const fitting = rated.filter(({ option, value }) => value && isPossible(option));
  fitting.sort((one, other) => other.value - one.value);
  const chosen = fitting.slice(0, wish.groups ? 20 : EACH).map(({ option }) => option);
  for (const option of chosen) {
    for (const words of option.querySelectorAll("[data-words]")) mark(words, wish.words);
  }
  return chosen;
}

function isPossible({ dataset }) {
  const isOpen = Boolean(document.querySelector("open-conversation"));
  if (dataset.deed) return Boolean(buttonFor(dataset.deed)) || (isOpen && IN_CONVERSATION.includes(dataset.deed));
  if (dataset.press) return Boolean(document.querySelector(dataset.press));
  return dataset.tag ? isOpen : true;
}

/** @param {HTMLElement} option */
export function take({ dataset }) {
  const { deed, press, tag, talk, viewKey, href } = dataset;
  const view = viewKey && document.querySelector(`a[data-view="${viewKey}"]`);
  if (deed) perform(deed);
  else if (press) /** @type {HTMLElement} */ (document.querySelector(press)).click();
  else if (tag) addTag(tag);
  else if (talk) openConversation(talk);
  else if (view) /** @type {HTMLElement} */ (view).click();
  else location.assign(href);
}

function addTag(name) {
  const field = /** @type {HTMLInputElement} */ (document.querySelector(".tags__add [name=name]"));
  field.value = name;
  field.form.requestSubmit();
}
