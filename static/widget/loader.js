/*
 * The round chat button on a customer's site:
 *   <script async src="https://HOST/widget.js" data-channel="KEY"></script>
 * An optional data-colour="#rrggbb" paints the button before the chat was opened once.
 */
(() => {
  const script = document.currentScript?.dataset.channel
    ? document.currentScript
    : document.querySelector("script[data-channel]");
  if (!script || window.Helpdesk) return;

  const { origin } = new URL(script.src);
  const key = script.dataset.channel;
  const slot = `helpdesk:${key}`;
  const shelf = `${slot}:out:`;

  // Every declaration on :host is important: otherwise the page's own rule for div would win.
  const STYLE = `
:host { all: initial !important; color-scheme: light dark !important }
.dock { --c: #1c5a8c; --b: var(--c); --on: #fff; --ring: #0000001c; --lit: #fff }
button, iframe { position: fixed; z-index: 2147483646; border: 0; margin: 0; padding: 0 }
button { right: 28px; bottom: calc(24px + env(safe-area-inset-bottom)); width: 56px; height: 56px;
  display: grid; place-items: center; border-radius: 50%; cursor: pointer; touch-action: manipulation;
  background: var(--b); color: var(--on); box-shadow: 0 1px 2px #14202a2b, 0 6px 20px -4px #14202a52;
  font: 600 12px/20px system-ui, sans-serif; transition: filter 110ms, transform 110ms }
button:hover { filter: brightness(1.1) }
button:active { transform: scale(.96) }
button:focus-visible { outline: 2px solid var(--b); outline-offset: 3px }
svg { grid-area: 1/1; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.5;
  stroke-linecap: round; stroke-linejoin: round; transition: opacity 110ms }
.open .chat, .dock:not(.open) .down { opacity: 0 }
span { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 5px; box-sizing: border-box;
  border-radius: 11px; background: #b3261e; color: #fff; border: 1px solid var(--lit); text-align: center }
[hidden] { display: none !important }
iframe { right: 28px; bottom: calc(94px + env(safe-area-inset-bottom)); width: 372px;
  height: min(600px, calc(100vh - 114px)); height: min(600px, calc(100dvh - 114px)); border-radius: 18px;
  background: var(--lit); box-shadow: 0 0 0 1px var(--ring), 0 2px 6px #14202a14, 0 24px 60px -12px #14202a47 }
@media (max-width: 479px), (max-height: 419px) {
  iframe { inset: 0; width: 100%; height: 100%; border-radius: 0; box-shadow: none }
  .dock:not(.ready) button { z-index: 2147483647 }
  button { right: 20px; bottom: calc(20px + env(safe-area-inset-bottom)) }
}
@media (prefers-color-scheme: dark) {
  .dock { --b: color-mix(in oklch, var(--c), #fff 45%); --on: #0a1117; --ring: #ffffff24; --lit: #1b1f22 }
}
@media (prefers-reduced-motion: reduce) { button, svg { transition: none } }
@media print { .dock { display: none } }
@supports (color: oklch(from red l c h)) {
  .dock { --b: oklch(from var(--c) min(l, .5) c h) }
  @media (prefers-color-scheme: dark) {
    .dock { --b: oklch(from var(--c) max(l, .76) calc(c * .85) h); --on: oklch(from var(--c) .17 .03 h) }
  }
}`;

  let frame, isOpen, isReady, told, own, customer, ask, identity = null, turn = 0;

  /** Reads, writes a text or removes on null; storage may be blocked or full. */
  const store = (area, name, value) => {
    try {
      if (value === undefined) return window[area].getItem(name) ?? "";
      if (value === null) window[area].removeItem(name);
      else window[area].setItem(name, value);
    } catch { /* the caller keeps what it needs in memory */ }
    return "";
  };

  /** What the panel asked us to keep, for browsers that give frames no storage. */
  const kept = () => {
    try {
      return Object.fromEntries(Object.entries(localStorage).filter(([name]) => name.startsWith(shelf)));
    } catch {
      return {};
    }
  };

  const drawToken = () =>
    btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
      .replaceAll("+", "-").replaceAll("/", "_").slice(0, 43);

  /** The token of this browser, drawn when it is first needed. */
  const ownToken = () => {
    own ??= store("localStorage", slot);
    if (!/^[\w-]{43}$/.test(own)) store("localStorage", slot, own = drawToken());
    return own;
  };

  const subjectOf = (jwt) => {
    try {
      return String(JSON.parse(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))).sub);
    } catch {
      return "";
    }
  };

  /** The token of a signed-in customer: the same on every page of one tab, forgotten with it. */
  const customerToken = (jwt) => {
    const subject = subjectOf(jwt);
    const kept = store("sessionStorage", slot);
    if (subject && kept.length > 43 && kept.slice(43) === subject) return kept.slice(0, 43);
    const token = drawToken();
    store("sessionStorage", slot, token + subject);
    return token;
  };

  const tell = (message) => isReady && frame.contentWindow.postMessage(message, origin);

  /** Tells the panel who and where the visitor is, when that is news to it. */
  const hello = () => {
    if (!isReady) return;
    const message = {
      helpdesk: "hello",
      token: customer ?? ownToken(),
      identity,
      page: { url: location.href.slice(0, 2000), title: document.title.slice(0, 300) },
    };
    const now = JSON.stringify(message);
    if (now !== told) tell({ ...message, kept: kept() });
    told = now;
  };

  const paint = (colour) => {
    if (/^#[\da-f]{6}$/i.test(colour)) dock.style.setProperty("--c", colour);
  };

  const build = (name, attributes) => {
    const element = document.createElement(name);
    for (const attribute in attributes) element.setAttribute(attribute, attributes[attribute]);
    return element;
  };

  const draw = (name, path) => {
    // By hand: a page that enforces trusted types refuses innerHTML.
    const [svg, line] = ["svg", "path"].map((tag) =>
      document.createElementNS("http://www.w3.org/2000/svg", tag));
    svg.setAttribute("class", name);
    svg.setAttribute("viewBox", "0 0 20 20");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const show = (open) => {
    isOpen = open;
    dock.classList.toggle("open", open);
    button.setAttribute("aria-expanded", open);
    frame.hidden = !open;
  };

  const open = () => {
    if (isOpen) return;
    if (!frame) {
      // The panel learns our origin from the referrer, whatever policy the page has.
      frame = build("iframe", { title: "Chat", referrerpolicy: "origin", src: `${origin}/widget/${encodeURIComponent(key)}/` });
      dock.append(frame);
    }
    show(true);
    frame.focus();
    hello();
    tell({ helpdesk: "opened" });
  };

  const close = () => {
    if (!isOpen) return;
    const hadFocus = root.activeElement;
    show(false);
    if (hadFocus) button.focus();
    tell({ helpdesk: "closed" });
  };

  const toggle = () => (isOpen ? close() : open());

  /**
   * Takes the JWT your server signed for its customer, or a function that gets one when the chat opens
   * (a JWT lives for minutes, a page for hours); null signs out.
   */
  const identify = async (proof) => {
    const mine = ++turn;
    const asks = typeof proof === "function";
    ask = asks && !isReady ? proof : null;
    if (ask) return;
    const jwt = (asks ? await proof() : proof) || null;
    if (mine !== turn || jwt === identity) return hello();
    identity = jwt;
    customer = jwt ? customerToken(jwt) : null;
    if (!jwt) store("sessionStorage", slot, null);
    hello();
  };

  const count = (number) => {
    badge.hidden = !number;
    badge.textContent = number > 9 ? "9+" : number || "";
    if (number) button.setAttribute("aria-description", `${number} unread`);
    else button.removeAttribute("aria-description");
  };

  const hear = {
    ready({ colour }) {
      isReady = true;
      dock.classList.add("ready"); // until then the button stays above a panel that fills the phone
      told = "";
      paint(colour);
      store("localStorage", `${slot}:colour`, colour);
      if (ask) identify(ask).catch(hello);
      else hello();
      tell({ helpdesk: isOpen ? "opened" : "closed" });
    },
    close,
    keep: ({ name, text }) => String(name).startsWith(shelf) && store("localStorage", name, text),
    unread: (message) => count(Math.max(0, message.count | 0)),
  };

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const dock = build("div", { class: "dock" });
  const button = build("button", { type: "button", "aria-label": "Chat", "aria-expanded": false });
  const badge = build("span", { hidden: "", "aria-hidden": true });
  button.append(
    draw("chat", "M4.5 4h11A1.5 1.5 0 0 1 17 5.5V12a1.5 1.5 0 0 1-1.5 1.5H9.2l-3.7 3v-3h-1A1.5 1.5 0 0 1 3 12V5.5A1.5 1.5 0 0 1 4.5 4z"),
    draw("down", "M6 8l4 4 4-4"),
    badge,
  );
  dock.append(button);
  root.append(dock);
  paint(store("localStorage", `${slot}:colour`));
  paint(script.dataset.colour);

  button.addEventListener("click", toggle);
  dock.addEventListener("keydown", (event) => event.key === "Escape" && close());
  addEventListener("message", (event) => {
    if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
    const kind = event.data?.helpdesk;
    if (Object.hasOwn(hear, kind)) hear[kind](event.data);
  });
  for (const target of [window, window.navigation]) {
    for (const moved of ["popstate", "hashchange", "navigatesuccess"]) target?.addEventListener(moved, hello);
  }

  const place = () => document.body.append(host);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);

  window.Helpdesk = Object.freeze({ open, close, toggle, identify });
})();
