import { post } from "./fetching.js";
import { showPending } from "./pending.js";

/**
 * Sends what a form holds and shows it at once; what is refused goes back into the draft.
 * The form hears `sending` when its text leaves it.
 * @param {HTMLElement} part a writing-form
 * @param {import("./drafts.js").Draft} draft
 * @param {HTMLElement} submitter
 * @returns {Promise<{refusal: string, html?: string, code?: string}>}
 */
export async function send(part, draft, submitter) {
  const form = part.querySelector("form");
  const body = new FormData(form, submitter);
  const url = submitter.getAttribute("formaction") ?? form.getAttribute("action");
  const sent = draft.send();
  const files = [...part.querySelectorAll("file-chip b")].map((name) => name.textContent);
  const pending = showPending(part.dataset.what, { id: sent.id, text: sent.text.trim() || files.join("\n") });
  part.dispatchEvent(new Event("sending"));
  const answer = await post(url, body).catch(() => ({ refusal: part.dataset.lost }));
  if (answer.refusal) pending.remove();
  draft.settle(answer.refusal ? sent : null);
  return answer;
}
