import { parse, post } from "./fetching.js";
import { say } from "./toast.js";

const MOST = 100; // that the server takes at once

/**
 * Says what was done, with a way back for as long as the sentence stands.
 * @param {string} sentence
 * @param {string[]} events what was written, as `number:seq`
 */
export function offerUndo(sentence, events) {
  say(sentence, events.length ? () => takeBack(events) : null);
}

/**
 * Says what was done to the conversation on the screen, and how to undo it by its own address.
 * @param {HTMLElement} done
 */
export function offerWayBack({ textContent, dataset: { back } }) {
  say(textContent, back ? () => goBack(back) : null);
}

async function goBack(url) {
  const body = new FormData();
  body.set("undo", "1");
  try {
    const { html, refusal } = await post(url, body);
    say(refusal || parse(html).querySelector("#done").textContent);
    document.dispatchEvent(new Event("redrawn"));
  } catch {
    say();
  }
}

async function takeBack(events) {
  const url = document.querySelector("bulk-bar").getAttribute("data-undo");
  try {
    for (let from = 0; from < events.length; from += MOST) {
      const body = new FormData();
      for (const event of events.slice(from, from + MOST)) body.append("event", event);
      const { html, refusal } = await post(url, body);
      say(refusal || JSON.parse(html).said);
    }
  } catch {
    say();
  }
}
