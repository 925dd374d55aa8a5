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
