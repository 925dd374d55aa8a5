/**
 * Says a sentence at the edge of the screen for a while; by default, that the server is out of reach.
 * @param {string} [sentence]
 * @param {(() => void) | null} [undo] offered beside it
 */
export function say(sentence = "", undo = null) {
  document.dispatchEvent(new CustomEvent("say", { detail: { sentence, undo } }));
}
