import { live } from "./live.js";

/**
 * Fetches a draft again whenever it may have been changed elsewhere.
 * @param {import("./drafts.js").Draft} draft
 * @param {DOMStringMap} facts `drafts`: the address, which names the conversation; `what`: the kind
 * @param {AbortSignal} signal ends it
 */
export function followDraft(draft, { drafts, what }, signal) {
  const conversation = Number(drafts.match(/(\d+)\/drafts/)[1]);
  let missed = false;
  document.addEventListener("withdrawn", () => draft.refresh(), { signal });
  live.on(signal, {
    draft: (frame) => frame.number === conversation && frame.what === what && draft.refresh(),
    down: () => (missed = true),
    up: () => missed && draft.refresh(),
  });
}
