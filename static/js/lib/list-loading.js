import { getHtml, Refused } from "./fetching.js";

const PATIENCE = 300;
let turn = 0;

/**
 * Puts another list where the old one is. Only the last wish counts; one that takes long shows rows
 * in outline, and one that fails says so and can be tried again.
 * @param {string} url
 * @param {string} name what the list is called, for as long as it is on its way
 */
export async function loadList(url, name) {
  const mine = ++turn;
  const list = /** @type {HTMLElement} */ (document.querySelector("#list"));
  const slow = setTimeout(() => mine === turn && wait(list, name), PATIENCE);
  try {
    const fresh = (await getHtml(url)).querySelector("#list");
    if (mine !== turn) return;
    list.replaceWith(fresh);
    window.htmx.process(fresh);
  } catch (error) {
    if (mine !== turn) return;
    wait(list, name);
    list.dataset.state = error instanceof Refused ? "refused" : "lost";
    const again = /** @type {HTMLButtonElement} */ (list.querySelector(".list__lost-view button"));
    again.onclick = () => loadList(url, name);
  } finally {
    clearTimeout(slow);
  }
}

function wait(list, name) {
  list.dataset.state = "waiting";
  if (!name) return;
  const heading = list.querySelector("h1");
  heading.firstChild.data = name;
  heading.querySelector(".num")?.remove(); // which counts the list that was here
}
