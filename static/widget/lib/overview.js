import { dayAndClock } from "./times.js";
import { avatar, element } from "./elements.js";

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The greeting with who is here, and the list of the visitor's conversations. */
export class Overview {
  #part;
  #words;
  #turnTo;
  #drawn = "";

  /**
   * @param {Record<string, HTMLElement>} part
   * @param {Record<string, string>} words
   * @param {(conversation?: string) => void} turnTo a new one if none is named
   */
  constructor(part, words, turnTo) {
    this.#part = part;
    this.#words = words;
    this.#turnTo = turnTo;
    part.ask.addEventListener("click", () => turnTo());
  }

  /** @param {import("./home.js").Home} home @param {string} away what the channel says while nobody is here */
  draw(home, away) {
    const look = JSON.stringify([home.team, home.repliesIn, home.isOnline, home.backAt, home.conversations, home.isLoaded]);
    if (look === this.#drawn) return;
    this.#drawn = look;
    this.#part.team.replaceChildren(...home.team.map((one) => avatar(one, 32)));
    this.#part.availability.textContent = home.isLoaded ? this.#availability(home, away) : "";
    this.#part.list.replaceChildren(...home.conversations.map((one) => this.#row(one)));
  }

  /** Only what is true: how soon somebody usually answers, or who is here, or when somebody is back. */
  #availability({ isOnline, team, repliesIn, backAt }, away) {
    if (!isOnline) {
      const back = backAt && this.#words.back.replace("{time}", dayAndClock(backAt, new Date()));
      return [away || this.#words.away, back].filter(Boolean).join(". ");
    }
    const names = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(team.map(({ name }) => name));
    const here = names ? this.#words.hereNames.replace("{names}", names) : this.#words.here;
    return repliesIn ? `${here}. ${this.#words.replies.replace("{time}", duration(repliesIn))}.` : here;
  }

  #row({ conversation, status, unseen, last }) {
    const button = element("button", "");
    button.type = "button";
    button.addEventListener("click", () => this.#turnTo(conversation));
    const text = element("span", "wid__said");
    text.append(element("b", "", last.author?.name ?? this.#words.you), element("small", "", last.text));
    const at = element("time", "", dayAndClock(new Date(last.at), new Date()));
    at.dateTime = last.at;
    button.append(avatar(last.author ?? { initials: this.#words.you[0], hue: 240 }, 32), text, at);
    if (unseen) button.append(element("span", "dot dot--new"), element("span", "sr-only", this.#words.unread));
    const item = element("li", status === "closed" ? "is-closed" : "");
    item.append(button);
    return item;
  }
}

/** "4 minutes", "2 hours": rounded up to what one would say. */
function duration(seconds) {
  const [value, unit] = seconds < HOUR ? [Math.max(1, Math.ceil(seconds / MINUTE)), "minute"] : [Math.ceil(seconds / HOUR), "hour"];
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(value);
}
