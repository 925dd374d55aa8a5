import { parse } from "./fetching.js";

/**
 * Shows words in the thread before the server has them; what the server draws takes their place.
 * @param {string} what reply or note
 * @param {{text: string, html?: string, id: string}} words
 * @returns {HTMLElement} to be removed when they did not go out
 */
export function showPending(what, { text, html = "", id }) {
  const thread = document.querySelector("conversation-thread");
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector(`#pending-${what}`));
  const drawn = /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
  drawn.dataset.pending = id;
  const words = drawn.querySelector("[data-text]");
  words.textContent = text.trim();
  if (html) showFormats(words, html);
  thread.append(drawn);
  thread.scrollTop = thread.scrollHeight;
  const arrivals = new MutationObserver(() => {
    const hasCome = thread.querySelector(`[data-client="${id}"]`);
    if (hasCome) drawn.remove();
    if (hasCome || !drawn.isConnected) arrivals.disconnect();
  });
  arrivals.observe(thread, { childList: true });
  return drawn;
}

/** As our own editor wrote it; pictures come with the message. */
function showFormats(words, html) {
  const drawn = parse(html);
  for (const picture of drawn.querySelectorAll("img")) picture.remove();
  words.classList.add("prose");
  words.replaceChildren(drawn);
}
