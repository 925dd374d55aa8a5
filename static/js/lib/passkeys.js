/** Passkeys travel as JSON whose bytes are base64url (WebAuthn, level 3, 5.1). */

const BYTES = new Set(["challenge", "id"]);

/** Whether this page may ask for passkeys at all: an address that is a number may not. */
export function canAsk() {
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
  return Boolean(window.PublicKeyCredential) && !isNumber;
}

/**
 * @param {"create" | "get"} kind
 * @param {{publicKey: object}} options as the server sent them
 * @returns {Promise<object>} what to send back
 */
export async function askBrowser(kind, options) {
  const publicKey = revive(options.publicKey);
  const key = /** @type {PublicKeyCredential} */ (await navigator.credentials[kind]({ publicKey }));
  const answer = /** @type {any} */ (key.response);
  const said = kind === "create" ? ["clientDataJSON", "attestationObject"] : ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  const response = Object.fromEntries(said.filter((name) => answer[name]).map((name) => [name, encode(answer[name])]));
  if (answer.getTransports) response.transports = answer.getTransports();
  return {
    id: key.id,
    rawId: encode(key.rawId),
    type: key.type,
    authenticatorAttachment: key.authenticatorAttachment,
    clientExtensionResults: key.getClientExtensionResults(),
    response,
  };
}

function revive(value, name = "", parent = "") {
  if (Array.isArray(value)) return value.map((one) => revive(one, name, parent));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => [key, revive(inner, key, name)]));
  }
  return BYTES.has(name) && parent !== "rp" ? decode(value) : value;
}

function decode(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0)).buffer;
}

function encode(bytes) {
  const plain = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
