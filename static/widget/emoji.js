/** Smileys and signs to put into a message; fetched when the visitor first asks for them. */

const GROUPS = {
  "🙂": "😀 😃 😄 😁 😅 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😎 🤩 🥳 🤔 🤗 🤭 😐 😬 🙄 😴 😌 😔 😕 🙁 😟 😢 😭 😤 😠 😡 🤯 😱 🥺 😅 🤒 🤧",
  "👍": "👍 👎 👌 ✌️ 🤞 🙏 👏 🙌 💪 👋 🤝 ✋ 👆 👇 👈 👉 🫶 ❤️ 🧡 💛 💚 💙 💜 🖤 💔 💯 ✨ 🔥 🎉 🎁",
  "📦": "📦 🚚 🛒 🛍️ 💳 💶 🧾 🏷️ 📎 📷 📱 💻 🔋 🔌 🔧 🔑 🔒 🔔 📧 📞 📍 🗓️ ⏰ ⌛ 🚲 🚗 ✈️ 🏠 🏪 ☕ 🍕 🌍 ☀️ 🌧️ ❄️ 🐶 🐱 🌱",
  "✅": "✅ ❌ ❓ ❗ ⚠️ ℹ️ ➕ ➖ ⬆️ ⬇️ ⬅️ ➡️ 🔄 ⭐ 🔴 🟡 🟢 🔵",
};
const COLUMNS = 8;

export class Smileys {
  #box = document.createElement("div");
  #button;
  #choose;

  /**
   * @param {HTMLElement} form that the box opens above
   * @param {HTMLElement} button that opens it
   * @param {(text: string) => void} choose
   */
  constructor(form, button, choose) {
    this.#button = button;
    this.#choose = choose;
    this.#box.className = "smileys";
    this.#box.hidden = true;
    this.#box.setAttribute("role", "group");
    this.#box.setAttribute("aria-label", button.getAttribute("aria-label"));
    const all = [...new Set(Object.values(GROUPS).join(" ").split(" "))];
    this.#box.append(...all.map((sign, index) => this.#sign(sign, index)));
    this.#box.addEventListener("keydown", (event) => this.#move(event));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!this.#box.contains(target) && !button.contains(target)) this.#show(false);
    });
    form.before(this.#box);
  }

  toggle() {
    this.#show(this.#box.hidden);
  }

  #sign(sign, index) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.tabIndex = index ? -1 : 0;
    button.addEventListener("click", () => this.#choose(sign));
    return button;
  }

  #show(isShown) {
    if (isShown === !this.#box.hidden) return;
    this.#box.hidden = !isShown;
    this.#button.setAttribute("aria-expanded", String(isShown));
    if (isShown) this.#box.querySelector("[tabindex='0']").focus();
  }

  /** One stop for Tab, arrows within. */
  #move(event) {
    if (event.key === "Escape") {
      event.preventDefault();
      this.#show(false);
      return void this.#button.focus();
    }
    const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS };
    if (!Object.hasOwn(steps, event.key)) return;
    event.preventDefault();
    const signs = [...this.#box.children];
    const at = signs.indexOf(document.activeElement);
    const next = signs[Math.min(signs.length - 1, Math.max(0, at + steps[event.key]))];
    signs[at].tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }
}
