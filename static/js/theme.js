// Runs before the first paint, so that nobody is dazzled by the wrong theme and nothing moves after it.
const chosen = localStorage.getItem("theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
if (localStorage.getItem("density") === "compact") document.documentElement.dataset.density = "compact";
for (const [name, width] of Object.entries(JSON.parse(localStorage.getItem("widths") ?? "{}"))) {
  document.documentElement.style.setProperty(`--w-${name}`, `${Number(width)}px`);
}
if (localStorage.getItem("keys") === "hidden") document.documentElement.dataset.keys = "hidden";
