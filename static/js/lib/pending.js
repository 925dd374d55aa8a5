/**
 * Shows words in the thread before the server has them; what the server draws takes their place.
 * @param {string} what reply or note
 * @param {{text: string, id: string}} words
 * @returns {HTMLElement} to be removed when they did not go out
 */
export function showPending(what, { text, id }) {
  const thread = document.querySelector("conversation-thread");
  const template = /** @type {HTMLTemplateElement} */ (document.querySelector(`#pending-${what}`));
  const drawn = /** @type {HTMLElement} */ (template.content.firstElementChild.cloneNode(true));
  drawn.dataset.pending = id;
  drawn.querySelector("[data-text]").textContent = text.trim();
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
