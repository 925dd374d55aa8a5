/** The server will say the same when it is asked again. */
export class Refused extends Error {}

/**
 * Fetches a piece of a page.
 * @param {string} url
 * @returns {Promise<DocumentFragment>}
 */
export async function getHtml(url) {
  return parse(await (await ask(url)).text());
}

/**
 * Fetches a page as a browser would that goes there.
 * @param {string} url
 */
export async function getPage(url) {
  return new DOMParser().parseFromString(await (await ask(url, {})).text(), "text/html");
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
 * @returns {Promise<{html: string, refusal: string}>} a refusal is a sentence for the person
 * @throws {Error} when the server cannot be reached or is in trouble
 */
export async function post(url, body) {
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  const answer = await fetch(url, { method: "POST", body, headers });
  leaveIfSignedOut(answer);
  const text = await answer.text();
  if (answer.ok) return { html: text, refusal: "" };
  if (answer.headers.has("X-Refusal")) return { html: "", refusal: text };
  throw new Error(`${url}: ${answer.status}`);
}

async function ask(url, headers = { "HX-Request": "true" }) {
  const answer = await fetch(url, { headers });
  leaveIfSignedOut(answer);
  if (answer.ok) return answer;
  const isFinal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  throw new (isFinal ? Refused : Error)(`${url}: ${answer.status}`);
}

function leaveIfSignedOut(answer) {
  if (answer.status === 401) location.reload();
}

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
