const COUNT = /^\(\d+\) /;

/**
 * Says in the tab's title how many conversations are unread.
 * @param {number} count
 */
export function countInTitle(count) {
  const bare = document.title.replace(COUNT, "");
  const title = count ? `(${count}) ${bare}` : bare;
  if (document.title !== title) document.title = title;
}
