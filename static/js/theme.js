// Runs before the first paint, so that nobody is dazzled by the wrong theme.
const chosen = localStorage.getItem("theme");
if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
