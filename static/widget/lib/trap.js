const REACHABLE = "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), [tabindex='0']";

/** Where the chat fills the screen, Tab goes round in it: what lies behind cannot be seen. */
export function keepFocusIn(root, event) {
  if (event.key !== "Tab") return;
  const nodes = Array.from(root.querySelectorAll(REACHABLE)).filter((node) => node.checkVisibility());
  const [first, last] = event.shiftKey ? [nodes.at(-1), nodes[0]] : [nodes[0], nodes.at(-1)];
  if (document.activeElement !== last) return;
  event.preventDefault();
  first.focus();
}
