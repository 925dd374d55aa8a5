/** The server will say the same when it is asked again. */
export class Refused extends Error {}

/** Nobody is signed in here any more, or somebody signed in anew. */
export class SignedOut extends Error {}

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
 * Posts in the background: a session that is over does not take the page away.
 * @param {string} url
 * @param {FormData} body
 * @returns {Promise<any>}
 */
export async function postQuietly(url, body) {
  const answer = await send(url, body);
  if (answer.status === 401 || answer.status === 403) throw new SignedOut();
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  throw failure(url, answer);
}

/**
 * Posts as the forms of the page would.
 * @param {string} url
 * @param {FormData} body
 * @returns {Promise<{html: string, refusal: string, code?: string}>} a refusal is a sentence for the person
 * @throws {Error} when the server cannot be reached or is in trouble
 */
export async function post(url, body) {
  const answer = await send(url, body);
  tellIfSignedOut(answer);
  const text = await answer.text();
  if (answer.ok) return { html: text, refusal: "" };
  if (answer.headers.has("X-Refusal")) return { html: "", refusal: text, code: answer.headers.get("X-Refusal") };
  throw new Error(`${url}: ${answer.status}`);
}

function send(url, body) {
  const headers = { "HX-Request": "true", "X-CSRFToken": token() };
  return fetch(url, { method: "POST", body, headers });
}

async function ask(url, headers = { "HX-Request": "true" }) {
  const answer = await fetch(url, { headers });
  tellIfSignedOut(answer);
  if (answer.ok) return answer;
  throw failure(url, answer);
}

function failure(url, { status }) {
  const isFinal = status >= 400 && status < 500 && status !== 429;
  return new (isFinal ? Refused : Error)(`${url}: ${status}`);
}

/** The page stays, with what was typed; whoever watches the line says what to do. */
function tellIfSignedOut(answer) {
  if (answer.status === 401) document.dispatchEvent(new Event("signedout"));
}

/** What proves that a request comes from our own page. */
export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}
