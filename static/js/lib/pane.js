const PATIENCE = 300;

/**
 * Says in the conversation's place that it is on its way, once that takes long, and that it did not
 * come. Listens to htmx, which fetches conversations.
 * @param {HTMLElement} pane
 * @param {AbortSignal} signal
 */
export function watchPane(pane, signal) {
  let slow = 0;
  let path = "";
  const hear = (name, handle) => {
    const mine = (event) => event.detail.target === pane && handle(event);
    document.body.addEventListener(name, mine, { signal });
  };
  const put = (template) => {
    const { content } = /** @type {HTMLTemplateElement} */ (document.querySelector(template));
    pane.replaceChildren(content.cloneNode(true));
  };
  hear("htmx:beforeSend", ({ detail }) => {
    path = detail.pathInfo.finalRequestPath;
    point(detail.elt.closest(".row"));
    clearTimeout(slow);
    slow = setTimeout(() => put("#pane-wait"), PATIENCE);
  });
  // The row that asked may have left the list meanwhile, and what it would say with it.
  hear("htmx:beforeSwap", () => clearTimeout(slow));
  hear("htmx:afterRequest", ({ detail }) => {
    clearTimeout(slow);
    if (detail.successful) return;
    const isRefused = detail.xhr.status >= 400 && detail.xhr.status < 500;
    put(isRefused ? "#pane-refused" : "#pane-lost");
    pane.querySelector("button")?.addEventListener("click", () => again(path));
  });
}

/** The row that was chosen is the current one at once. */
function point(row) {
  if (!row) return;
  for (const other of row.parentElement.querySelectorAll(".is-current")) other.classList.remove("is-current");
  row.classList.add("is-current");
}

function again(path) {
  history.replaceState({ htmx: true }, "", path);
  window.htmx.ajax("GET", path, { target: "#pane", swap: "innerHTML show:none" });
}
