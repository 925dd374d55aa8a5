const KEY = "recent";
const MOST = 5;

/** The numbers of the conversations that were open in this tab, the last one first. */
export function recent() {
  return JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
}

document.addEventListener("opened", () => {
  const number = document.querySelector("open-conversation")?.getAttribute("data-number");
  if (!number) return;
  const others = recent().filter((one) => one !== number);
  sessionStorage.setItem(KEY, JSON.stringify([number, ...others].slice(0, MOST)));
});
