/**
 * Says below the text what became of a draft; the element carries the words.
 * @param {HTMLElement} form a writing-form
 * @param {string} state
 * @param {string} replaced what the person had written elsewhere, which `use` brings back
 * @param {(text: string) => void} use
 */
export function tellOfDraft(form, state, replaced, use) {
  const other = /** @type {HTMLElement} */ (form.querySelector(".composer__other"));
  if (state === "replaced") {
    other.hidden = false;
    other.querySelector("button").onclick = () => {
      other.hidden = true;
      use(replaced);
    };
    return;
  }
  form.querySelector(".composer__state").textContent = form.dataset[state] ?? "";
  /** @type {HTMLElement} */ (form.querySelector(".composer__again")).hidden = state !== "out";
}

/**
 * Says below the text why it was not sent, or nothing any more.
 * @param {HTMLElement} form a writing-form
 * @param {string} sentence
 */
export function refuse(form, sentence) {
  const refused = /** @type {HTMLElement} */ (form.querySelector(".composer__refusal"));
  refused.textContent = sentence;
  refused.hidden = !sentence;
}
