/** Says in the conversation's place that none is chosen. */
export function showNothing() {
  const { content } = /** @type {HTMLTemplateElement} */ (document.querySelector("#nothing"));
  document.querySelector("#pane").replaceChildren(content.cloneNode(true));
}
