const NEVER = () => {};

/**
 * A made-up moment for the settings page, with the face of a session and no line to anybody.
 * @param {{state: string, online: boolean, team: object[], asks: object, you: object}} preview
 * @param {Record<string, string>} words
 */
export function sampleSession({ state, online, team, asks, you }, words) {
  const at = new Date().toISOString();
  const talk = [
    { seq: 1, client_id: null, kind: "incoming", text: words.sampleQuestion, at },
    { seq: 2, client_id: null, kind: "outgoing", text: words.sampleAnswer, at, author: you },
  ];
  const messages = state === "talk" ? talk : [];
  return {
    home: { isLoaded: true, isOnline: online, team, repliesIn: null, asks, conversations: [] },
    messages, pending: [], conversation: "sample", isLoaded: true, isNew: !messages.length, hasWords: messages.length > 0,
    isClosed: false, isDown: false, isBarred: false, readSeq: 1, rating: "", typing: null, trouble: null, unread: 0,
    say: NEVER, typed: NEVER, look: NEVER, turnTo: NEVER, visit: NEVER, resend: NEVER, catchUp: NEVER, wentOffline: NEVER,
    rate: async () => {},
  };
}
