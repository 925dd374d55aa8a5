/**
 * Says a sentence at the edge of the screen for a while; by default, that the server is out of reach.
 * @param {string} [sentence]
 */
export function say(sentence = "") {
  document.dispatchEvent(new CustomEvent("say", { detail: sentence }));
}
