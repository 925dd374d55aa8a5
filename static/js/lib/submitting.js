import { parse, post } from "./fetching.js";
import { say } from "./toast.js";

/**
 * Submits a form without leaving the page; a refusal is said in a toast.
 * @param {SubmitEvent} event
 * @returns {Promise<DocumentFragment | null>} what the server answered
 */
export async function submitQuietly(event) {
  event.preventDefault();
  const form = /** @type {HTMLFormElement} */ (event.target);
  const button = /** @type {HTMLButtonElement | null} */ (event.submitter);
  const url = button?.getAttribute("formaction") ?? form.getAttribute("action");
  const body = new FormData(form, button);
  const menu = /** @type {HTMLElement | null} */ (button?.closest(".menu:popover-open"));
  menu?.hidePopover();
  button?.setAttribute("aria-busy", "true");
  try {
    const { html, refusal } = await post(url, body);
    if (refusal) say(refusal);
    return html ? parse(html) : null;
  } catch {
    say();
    return null;
  } finally {
    button?.removeAttribute("aria-busy");
  }
}
