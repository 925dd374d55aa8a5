import { clock, dayAndClock, sameDay } from "./times.js";

const SILENCE = 60 * 60_000;
const BREATH = 10 * 60_000;
const RATED = { bad: "ratedBad", good: "ratedGood", excellent: "ratedExcellent" };

/**
 * @typedef {object} Row one line of the thread; equal rows look equal
 * @property {string} key the same as long as it is the same thing
 * @property {"day" | "author" | "mine" | "theirs" | "state" | "failed" | "typing" | "rated" | "closed"} type
 * @property {string} [text]
 */

/**
 * Lays out what there is to see, from the first message to the line under the last.
 * @param {import("./session.js").Session} session
 * @param {Record<string, string>} words
 * @param {Date} now
 * @returns {Row[]}
 */
export function rowsOf(session, words, now) {
  const said = session.messages.map((message) => saidRows(message));
  const waiting = session.pending.map((item) => waitingRows(item, words));
  const entries = [...said, ...waiting];
  const lastMine = entries.findLastIndex(({ mine, failed }) => mine && failed === undefined);
  const rows = [];

  entries.forEach((entry, index) => {
    const previous = entries[index - 1];
    const pause = previous ? entry.at - previous.at : Infinity;
    const separated = pause > SILENCE || !sameDay(entry.at, previous.at);
    if (separated) rows.push({ key: `day:${entry.key}`, type: "day", text: dayAndClock(entry.at, now), at: entry.at.toISOString() });
    if (!entry.mine && (separated || pause > BREATH || !sameVoice(entry, previous))) {
      rows.push(authorRow(entry, words));
    }
    rows.push(entry.row);
    const isStuck = session.isDown && !entry.seq && index === lastMine;
    if (isStuck) rows.push({ key: `failed:${entry.key}`, type: "failed", id: entry.id, text: words.unsent });
    else if (entry.failed !== undefined) rows.push({ key: `failed:${entry.key}`, type: "failed", id: entry.id, text: entry.failed });
    else if (index === lastMine) rows.push(...stateRows(entry, index, entries, session, words));
  });

  if (session.rating) rows.push({ key: "rated", type: "rated", text: words[RATED[session.rating]] });
  if (session.isClosed && said.length && !waiting.length) rows.push({ key: "closed", type: "closed", text: words.closed });
  if (session.typing !== null) {
    rows.push({ key: "typing", type: "typing", text: words.typing.replace("{name}", session.typing) });
  }
  return rows;
}

function saidRows({ seq, client_id, kind, text, at, author, attachments: files = [] }) {
  const mine = kind === "incoming";
  const key = mine && client_id ? client_id : `seq:${seq}`;
  return { key, mine, seq, author, at: new Date(at), row: { key, type: mine ? "mine" : "theirs", text, files } };
}

function waitingRows({ client_id: key, text, order, failed, attachments: files = [] }) {
  const row = { key, type: "mine", text, files, waits: true, failed: failed !== undefined };
  return { key, mine: true, id: key, failed, at: new Date(order), row };
}

function authorRow({ key, author, at }, words) {
  const { name, initials, hue, photo } = author ?? { name: words.workspace, initials: words.workspace.charAt(0), hue: 248 };
  return { key: `by:${key}`, type: "author", text: `${name}, ${clock(at)}`, initials, hue, photo };
}

const sameVoice = (one, other) => Boolean(other) && !other.mine && one.author?.name === other.author?.name;

/** An answer says more than "Sent" does. */
function stateRows({ seq }, index, entries, { readSeq }, words) {
  const isSeen = seq <= readSeq;
  const isAnswered = entries.slice(index + 1).some(({ mine }) => !mine);
  if (seq && isAnswered && !isSeen) return [];
  const text = isSeen ? words.seen : seq ? words.sent : words.sending;
  return [{ key: "state", type: "state", text }];
}
