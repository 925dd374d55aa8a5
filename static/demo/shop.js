/** What little the made-up shop can do: fill a bag, and open the chat from its own buttons. */

const BAG = "halden:bag";

function bagged() {
  try {
    return Number(localStorage.getItem(BAG)) || 0;
  } catch {
    return 0;
  }
}

function show(count) {
  document.querySelector("[data-bag]").textContent = String(count);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button?.matches("[data-chat]")) window.Helpdesk?.open();
  if (!button?.matches("[data-add]")) return;
  const count = bagged() + 1;
  show(count);
  try {
    localStorage.setItem(BAG, String(count));
  } catch {
    // Without storage the bag lasts as long as the page.
  }
});

show(bagged());
