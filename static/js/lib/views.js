import { getPage } from "./fetching.js";

const NAV = "#views nav";

/** Draws the sidebar's views anew: a tag, a team or a channel has been added. */
export async function refreshViews() {
  const shown = document.querySelector(NAV);
  const fetched = (await getPage(location.href)).querySelector(NAV);
  if (!fetched) return;
  const focused = shown.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const { scrollTop } = shown;
  shown.replaceWith(fetched);
  fetched.scrollTop = scrollTop;
  if (focused) /** @type {HTMLElement} */ (fetched.querySelector(`[href="${CSS.escape(focused)}"]`))?.focus();
}
