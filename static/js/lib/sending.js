import { post } from "./fetching.js";
import { onward } from "./going-on.js";
import { showPending } from "./pending.js";
import { takeBack } from "./taking-back.js";
import { say } from "./toast.js";

/** @typedef {{refusal: string, html?: string, code?: string, goOn: () => void}} Answer */

/**
 * Sends what a form holds and shows it at once; what is refused goes back into the draft.
 * The form hears `sending` when its text leaves it.
 * @param {HTMLElement} part a writing-form
 * @param {import("./drafts.js").Draft} draft
 * @param {HTMLElement} submitter
 * @returns {Promise<Answer>}
 */
export async function send(part, draft, submitter) {
  const form = part.querySelector("form");
  const body = new FormData(form, submitter);
  const url = submitter.getAttribute("formaction") ?? form.getAttribute("action");
  const goOn = wayOn(part, submitter);
  const sent = draft.send();
  const files = [...part.querySelectorAll("file-chip b")].map((name) => name.textContent);
  const pending = showPending(part.dataset.what, { id: sent.id, html: sent.html, text: sent.text.trim() || files.join("\n") });
  part.dispatchEvent(new Event("sending"));
  if (!navigator.onLine) await back(pending.querySelector(".receipt"), part.dataset.waits);
  const answer = await post(url, body).catch(() => ({ html: "", refusal: part.dataset.lost }));
  if (answer.refusal) pending.remove();
  draft.settle(answer.refusal ? sent : null);
  return { ...answer, goOn };
}

/** Without any network what is to be sent waits for it; until then this device keeps the words. */
function back(receipt, waits) {
  if (receipt) receipt.textContent = waits;
  return new Promise((done) => addEventListener("online", done, { once: true }));
}

/**
 * Says what became of it, and does what belongs to that.
 * @param {HTMLElement} part
 * @param {Answer} answer
 * @param {HTMLElement} submitter
 * @returns {string} what is to be said below the text
 */
export function tellOfSending(part, { refusal, code, html, goOn }, submitter) {
  if (code === "newer_reply" && part.isConnected) {
    part.dispatchEvent(new Event("refused"));
    /** @type {any} */ (document.querySelector("held-reply")).show(refusal, submitter);
    return "";
  }
  part.dispatchEvent(new Event(refusal ? "refused" : "written", { bubbles: true }));
  if (refusal) {
    if (!part.isConnected) say(code === "newer_reply" ? part.dataset.held : refusal);
    return refusal;
  }
  if (html) {
    document.dispatchEvent(new CustomEvent("answered", { detail: JSON.parse(html) }));
    tellOfReply(JSON.parse(html), submitter);
  }
  if (html && !(/** @type {any} */ (part).text)) goOn();
  return "";
}

function tellOfReply({ undo, seconds }, submitter) {
  const words = composer()?.dataset;
  if (!words) return;
  const isScheduled = submitter.getAttribute("name") === "send_at";
  if (isScheduled) say(words.later);
  if (!seconds) return;
  const act = () => takeBack(undo, { reopen: submitter.getAttribute("name") === "then" });
  say(words.sending, act, seconds);
}

/** Closing goes on as the person likes; sending alone does for those who asked for it. */
function wayOn(part, submitter) {
  const number = part.closest("open-conversation").getAttribute("data-number");
  if (part.dataset.what === "reply" && submitter.getAttribute("name") === "then") return onward(number);
  const goesOn = part.dataset.what === "reply" && composer().dataset.on === "yes";
  return onward(number, goesOn ? "next" : "stay");
}

function composer() {
  return /** @type {HTMLElement} */ (document.querySelector("message-composer"));
}
