import { keysOf } from "./shortcuts.js";

/** Says on every button which key presses it; what is pushed to many knows nobody's keys. */
function hint() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-acts]"))) {
    const keys = keysOf(`${button.dataset.place ?? "screen"}.${button.dataset.acts}`);
    button.dataset.key = keys?.letter ?? "";
    if (keys?.aria) button.setAttribute("aria-keyshortcuts", keys.aria);
  }
}

for (const drawn of ["opened", "head", "counters"]) document.addEventListener(drawn, hint);
hint();
