const PATIENCE = 300;

let asked = 0;

/** @returns {number} how often a conversation was asked for, by whomever */
export function timesAsked() {
  return asked;
}

/**
 * Says in the conversation's place that it is on its way, once that takes long, and that it did not
 * come. Listens to htmx, which fetches conversations.
 * @param {HTMLElement} pane
 * @param {AbortSignal} signal
 */
export function watchPane(pane, signal) {
  let slow = 0;
  let path = "";
  let last = null;
  const hear = (name, handle) => {
    const mine = (event) => event.detail.target === pane && handle(event);
    document.body.addEventListener(name, mine, { signal });
  };
  const put = (template) => {
    const { content } = /** @type {HTMLTemplateElement} */ (document.querySelector(template));
    pane.replaceChildren(content.cloneNode(true));
  };
  hear("htmx:beforeSend", ({ detail }) => {
    asked += 1;
    last = detail.xhr;
    path = detail.pathInfo.finalRequestPath;
    point(detail.elt.closest(".row"));
    clearTimeout(slow);
    slow = setTimeout(() => put("#pane-wait"), PATIENCE);
  });
  // The row that asked may have left the list meanwhile, and what it would say with it.
  hear("htmx:beforeSwap", (event) => {
    // What was asked for last is shown, though another came after it.
    if (event.detail.xhr === last) clearTimeout(slow);
    else event.preventDefault();
  });
  hear("htmx:afterRequest", ({ detail }) => {
    if (detail.xhr !== last) return;
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
