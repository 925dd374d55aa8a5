/**
 * Opens a conversation beside the list that is on the screen.
 * @param {string} path
 */
export function openConversation(path) {
  const url = path + location.search;
  history.pushState({ htmx: true }, "", url);
  window.htmx.ajax("GET", path, { target: "#pane", swap: "innerHTML show:none" });
}
