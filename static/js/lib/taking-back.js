import { getHtml, post } from "./fetching.js";
import { say } from "./toast.js";

/**
 * Takes back a reply; its words are in the composer again, where they came from.
 * @param {string} url
 * @param {{discard?: boolean, reopen?: boolean}} [how]
 * @returns {Promise<boolean>} whether it could be
 */
export async function takeBack(url, how = {}) {
  const body = new FormData();
  for (const [name, wanted] of Object.entries(how)) if (wanted) body.set(name, "1");
  try {
    const { refusal } = await post(url, body);
    if (refusal) return refused(refusal);
  } catch {
    return refused();
  }
  const conversation = url.replace(/messages\/.*/, "");
  if (!location.pathname.startsWith(conversation)) {
    await window.htmx.ajax("GET", conversation, { target: "#pane", swap: "innerHTML show:none" });
    history.pushState({ htmx: true }, "", conversation + location.search);
  }
  document.dispatchEvent(new Event("withdrawn"));
  await bringFiles(conversation);
  return true;
}

/** Its files are in the composer again, too. */
async function bringFiles(conversation) {
  const page = await getHtml(conversation).catch(() => null);
  const list = document.querySelector("#write-reply .composer__files");
  for (const chip of page?.querySelectorAll("#write-reply .composer__files > [data-id]") ?? []) {
    if (!list.querySelector(`[data-id="${chip.getAttribute("data-id")}"]`)) list.append(chip);
  }
}

function refused(sentence = "") {
  say(sentence);
  return false;
}
