/**
 * Says a sentence at the edge of the screen for a while; by default, that the server is out of reach.
 * @param {string} [sentence]
 * @param {(() => void) | null} [undo] offered beside it
 * @param {number} [seconds] for how long that makes sense
 */
export function say(sentence = "", undo = null, seconds = 0) {
  document.dispatchEvent(new CustomEvent("say", { detail: { sentence, undo, seconds } }));
}
