/**
 * Fetches a piece of a page.
 * @param {string} url
 * @returns {Promise<DocumentFragment>}
 */
export async function getHtml(url) {
  return parse(await (await ask(url)).text());
}

/** @param {string} url */
export async function getJson(url) {
  return (await ask(url)).json();
}

/**
 * @param {string} html
 * @returns {DocumentFragment}
 */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * Posts as the forms of the page would.
 * @param {string} url
 * @param {FormData} body
 * @returns {Promise<{html: string, refusal: string}>} one of them is empty, both when all is said
 * @throws {TypeError} when the server cannot be reached
 */
export async function post(url, body) {
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  const answer = await fetch(url, { method: "POST", body, headers });
  leaveIfSignedOut(answer);
  const text = await answer.text();
  if (answer.ok) return { html: text, refusal: "" };
  // A refusal comes with its sentence; of anything else only the status is fit to be read.
  const isSentence = answer.headers.has("X-Refusal");
  return { html: "", refusal: isSentence ? text : `${answer.status} ${answer.statusText}` };
}

async function ask(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  leaveIfSignedOut(answer);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

function leaveIfSignedOut(answer) {
  if (answer.status === 401) location.reload();
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
