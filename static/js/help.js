/** The help centre's own script: suggestions while somebody types, printing, copying the address. All of it reads without. */
const form = document.querySelector(".hc-search");
const field = form?.querySelector("input");
let asked = 0;

field?.addEventListener("input", async () => {
  const turn = ++asked;
  const words = field.value.trim();
  const found = words.length > 1 ? await look(words) : [];
  if (turn === asked) show(found);
});
field?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show([]);
  else if (event.key === "ArrowDown" && links().length) {
    event.preventDefault();
    links()[0].focus();
  }
});
form?.addEventListener("keydown", (event) => {
  const all = links();
  const at = all.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at < 0 || !step) return;
  event.preventDefault();
  (all[at + step] ?? field).focus();
});
form?.addEventListener("focusout", (event) => {
  if (!form.contains(event.relatedTarget)) show([]);
});
for (const button of document.querySelectorAll("[data-does]")) {
  button.hidden = false;
  button.addEventListener("click", () => act(button));
}

async function look(words) {
  const answer = await fetch(`${form.dataset.suggestions}?q=${encodeURIComponent(words)}`).catch(() => null);
  return answer?.ok ? (await answer.json()).articles : [];
}

function show(articles) {
  const box = form.querySelector(".hc-said");
  box.replaceChildren(
    ...articles.map(({ title, path }) => {
      const link = document.createElement("a");
      [link.href, link.textContent] = [path, title];
      return link;
    }),
  );
  box.hidden = !articles.length;
}

function links() {
  return [...form.querySelectorAll(".hc-said a")];
}

async function act(button) {
  if (button.dataset.does === "print") return print();
  await navigator.clipboard.writeText(document.querySelector("link[rel=canonical]").href);
  button.querySelector("span").textContent = button.dataset.done;
}
