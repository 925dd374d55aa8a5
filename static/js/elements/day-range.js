const MONTHS = 2;
const WEEK = 7;
const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -WEEK, ArrowDown: WEEK };

/** Days as `2026-03-01`, counted in UTC, so that no clock change can lose one. */
const at = (day) => new Date(`${day}T00:00Z`);
const said = (date) => date.toISOString().slice(0, 10);
const plus = (day, days) => said(new Date(at(day).getTime() + days * 864e5));
const monthOf = (day, months = 0) => said(new Date(Date.UTC(at(day).getUTCFullYear(), at(day).getUTCMonth() + months, 1)));
const written = (day, how) => new Intl.DateTimeFormat(document.documentElement.lang, { ...how, timeZone: "UTC" }).format(at(day));

/** Lets somebody choose the days of a report from a calendar: the first press begins, the second ends. */
class DayRange extends HTMLElement {
  #begun = "";
  #shown = "";

  connectedCallback() {
    this.classList.add("is-ready");
    this.#shown = monthOf(this.#last.value || this.dataset.today, 1 - MONTHS);
    this.addEventListener("click", (event) => this.#press(event));
    this.addEventListener("keydown", (event) => this.#move(event));
    this.querySelector(".range").addEventListener("toggle", ({ newState }) => newState === "open" && this.#draw());
  }

  #press({ target }) {
    const day = target.closest("[data-day]")?.dataset.day;
    const turns = target.closest("[data-turn]")?.dataset.turn;
    if (turns) this.#turn(Number(turns));
    if (day) this.#choose(day);
  }

  #choose(day) {
    [this.#first.value, this.#last.value] = this.#begun ? [this.#begun, day].sort() : [day, day];
    this.#begun = this.#begun ? "" : day;
    this.#draw(day);
  }

  #turn(months) {
    this.#shown = monthOf(this.#shown, months);
    this.#draw();
  }

  #move(event) {
    const day = event.target.closest("[data-day]")?.dataset.day;
    const months = { PageUp: -1, PageDown: 1 }[event.key];
    if (!day || !(event.key in KEYS || months)) return;
    event.preventDefault();
    const next = months ? monthOf(day, months) : plus(day, KEYS[event.key]);
    if (next < this.#shown) this.#shown = monthOf(next);
    if (next >= monthOf(this.#shown, MONTHS)) this.#shown = monthOf(next, 1 - MONTHS);
    this.#draw(next);
  }

  /** @param {string} [focused] the day that has the focus afterwards */
  #draw(focused) {
    const months = [...Array(MONTHS).keys()].map((n) => this.#month(monthOf(this.#shown, n)));
    this.querySelector(".range__months").replaceChildren(...months);
    const days = [...this.querySelectorAll("[data-day]")];
    const here = days.find(({ dataset }) => dataset.day === (focused ?? this.#last.value)) ?? days[0];
    here.tabIndex = 0;
    if (focused) here.focus();
  }

  #month(first) {
    const table = document.createElement("table");
    table.className = "cal";
    table.createCaption().textContent = written(first, { month: "long", year: "numeric" });
    const head = table.createTHead().insertRow();
    const monday = plus(first, -((at(first).getUTCDay() + 6) % WEEK));
    for (let n = 0; n < WEEK; n++) head.append(named(plus(monday, n)));
    const body = table.createTBody();
    for (let week = monday; week < monthOf(first, 1); week = plus(week, WEEK)) {
      const row = body.insertRow();
      for (let n = 0; n < WEEK; n++) {
        const cell = row.insertCell();
        const day = plus(week, n);
        if (monthOf(day) === first) cell.append(this.#day(day));
      }
    }
    return table;
  }

  #day(day) {
    const [first, last] = [this.#first.value, this.#last.value];
    const button = document.createElement("button");
    const isEnd = day === first || day === last;
    Object.assign(button, { type: "button", textContent: String(at(day).getUTCDate()), tabIndex: -1 });
    button.dataset.day = day;
    button.setAttribute("aria-label", written(day, { dateStyle: "long" }));
    button.setAttribute("aria-pressed", String(isEnd));
    button.classList.toggle("in", first <= day && day <= last);
    button.classList.toggle("is-end", isEnd);
    button.classList.toggle("today", day === this.dataset.today);
    return button;
  }

  get #first() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=from]"));
  }

  get #last() {
    return /** @type {HTMLInputElement} */ (this.querySelector("[name=to]"));
  }
}

function named(day) {
  const head = document.createElement("th");
  head.scope = "col";
  head.textContent = written(day, { weekday: "short" });
  return head;
}

customElements.define("day-range", DayRange);
