/**
 * Whether the reader of this page has not read a conversation. What is pushed is the same for
 * everyone: it names those who have.
 * @param {HTMLElement} drawn a row, or the head of a conversation
 */
export function isUnread({ dataset: { readers } }) {
  return readers !== "*" && !readers.split(" ").includes(document.body.dataset.member);
}
