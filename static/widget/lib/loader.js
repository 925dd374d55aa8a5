import { STYLE } from "./loader-style.js";

/*
 * The round chat button on a customer's site:
 *   <script async src="https://HOST/widget.js" data-channel="KEY"></script>
 * Until the chat was opened once, optional attributes say how the button looks: data-colour="#rrggbb",
 * data-side="start", data-x and data-y (pixels from the corner), data-label, and data-label-de for who reads German.
 * From then on it looks as the panel said, until the line itself says something new. data-language chooses the panel's.
 */
(() => {
  const script = document.currentScript?.dataset.channel
    ? document.currentScript
    : document.querySelector("script[data-channel]");
  const early = window.Helpdesk;
  if (!script || early?.open) return;

  const { origin } = new URL(script.src);
  const key = script.dataset.channel;
  const { language } = script.dataset;
  const tongue = (language || navigator.language).slice(0, 2);
  // What it is called until somebody names it.
  const CHAT = tongue === "ru" ? "Чат" : "Chat";
  const said = JSON.stringify(script.dataset);
  const slot = `helpdesk:${key}`;
  const shelf = `${slot}:out:`;

  const listeners = {}, viewport = window.visualViewport;
  let frame, isOpen, isReady, told, own, customer, ask, fields, identity = null, turn = 0;

  /** Reads, writes a text or removes on null; storage may be blocked or full. */
  const store = (area, name, value) => {
    try {
      if (value === undefined) return window[area].getItem(name) ?? "";
      if (value === null) window[area].removeItem(name);
      else window[area].setItem(name, value);
    } catch {
      // The caller keeps what it needs in memory.
    }
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
    if (subject && kept.slice(43) === subject) return kept.slice(0, 43);
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
      fields,
      referrer: document.referrer.slice(0, 2000),
      page: { url: location.href.slice(0, 2000), title: document.title.slice(0, 300) },
    };
    const now = JSON.stringify(message);
    if (now !== told) tell({ ...message, kept: kept() });
    told = now;
  };

  const set = (name, value) => dock.style.setProperty(name, value);

  /** Colours and numbers alone reach the style. */
  const paint = ({ colour, side, x, y, label }) => {
    if (/^#[\da-f]{6}$/i.test(colour)) set("--c", colour);
    if (side) dock.classList.toggle("start", side === "start");
    if (+x >= 0) set("--x", `${+x}px`);
    if (+y >= 0) set("--y", `${+y}px`);
    if (label == null) return;
    text.textContent = label;
    button.setAttribute("aria-label", label || CHAT);
  };

  const emit = (name, detail) => {
    for (const listener of listeners[name] ?? []) listener(detail);
  };

  /** On a phone the chat fills what the keyboard leaves of the screen. */
  const fit = () => {
    set("--vh", `${viewport.height}px`);
    set("--vt", `${viewport.offsetTop}px`);
  };

  const build = (name, attributes, space = "1999/xhtml") => {
    const element = document.createElementNS(`http://www.w3.org/${space}`, name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    return element;
  };

  /** By hand: a page that enforces trusted types refuses innerHTML. */
  const draw = (name, d) => {
    const svg = build("svg", { class: name, viewBox: "0 0 20 20" }, "2000/svg");
    svg.append(build("path", { d }, "2000/svg"));
    return svg;
  };

  const show = (open) => {
    isOpen = open;
    dock.classList.toggle("open", open);
    button.setAttribute("aria-expanded", open);
    frame.hidden = !open;
  };

  const opened = () =>
    tell({ helpdesk: "opened", full: matchMedia("(max-width: 479px), (max-height: 419px)").matches });

  const open = () => {
    if (isOpen) return;
    if (!frame) {
      // The panel learns our origin from the referrer, whatever policy the page has.
      frame = build("iframe", { title: CHAT, referrerpolicy: "origin", src: `${origin}/widget/${key}/${language ? `?language=${encodeURIComponent(language)}` : ""}` });
      dock.append(frame);
    }
    show(true);
    frame.focus();
    hello();
    opened();
    emit("open");
  };

  const close = () => {
    if (!isOpen) return;
    const hadFocus = root.activeElement;
    show(false);
    if (hadFocus) button.focus();
    tell({ helpdesk: "closed" });
    emit("close");
  };

  const toggle = () => (isOpen ? close() : open());

  /**
   * Takes the JWT your server signed for its customer, or a function that gets one when the chat opens
   * (a JWT lives for minutes, a page for hours); null signs out.
   */
  const identify = async (proof) => {
    const mine = ++turn;
    const asks = typeof proof === "function";
    ask = asks && !isReady && proof;
    if (ask) return;
    const jwt = (asks ? await proof() : proof) || null;
    if (mine !== turn || jwt === identity) return hello();
    identity = jwt;
    customer = jwt ? customerToken(jwt) : null;
    if (!jwt) store("sessionStorage", slot, null);
    hello();
  };

  const hear = {
    ready(look) {
      isReady = true;
      // Until then the button stays above a panel that fills the phone.
      dock.classList.add("ready");
      told = "";
      paint(look);
      store("localStorage", `${slot}:look`, JSON.stringify({ ...look, said }));
      if (ask) identify(ask).catch(hello);
      else hello();
      if (isOpen) opened();
      else tell({ helpdesk: "closed" });
      emit("ready");
    },
    event: ({ name, detail }) => emit(name, detail),
    close,
    keep: ({ name, text }) => String(name).startsWith(shelf) && store("localStorage", name, text),
    unread({ count, words }) {
      badge.hidden = !count;
      badge.textContent = count > 9 ? "9+" : count || "";
      button.setAttribute("aria-description", words);
      emit("unread", count);
    },
  };

  const host = build("div", {});
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const dock = build("div", { class: "dock" });
  const button = build("button", { type: "button", "aria-label": CHAT, "aria-expanded": false });
  const text = build("b", {});
  const badge = build("span", { hidden: "" });
  button.append(
    draw("chat", "M4.5 4h11A1.5 1.5 0 0 1 17 5.5V12a1.5 1.5 0 0 1-1.5 1.5H9.2l-3.7 3v-3h-1A1.5 1.5 0 0 1 3 12V5.5A1.5 1.5 0 0 1 4.5 4z"),
    draw("down", "M6 8l4 4 4-4"),
    text,
    badge,
  );
  dock.append(button);
  root.append(dock);
  paint(script.dataset);
  paint({ label: script.getAttribute(`data-label-${tongue}`) });
  try {
    const look = JSON.parse(store("localStorage", `${slot}:look`));
    if (look.said === said) paint(look);
  } catch {
    // Nothing was kept.
  }
  for (const moved of ["resize", "scroll"]) viewport?.addEventListener(moved, fit);

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

  const place = () => {
    dock.dir = getComputedStyle(document.documentElement).direction;
    document.body.append(host);
  };
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);

  /** Calls `listener` on every "ready", "open", "close", "unread", "message" or "rated"; the answer ends that. */
  const on = (name, listener) => {
    (listeners[name] ??= new Set()).add(listener);
    return () => listeners[name].delete(listener);
  };

  /** What your page knows of the visitor: name, email and phone fill the form, the rest is shown to operators. */
  const setFields = (said) => {
    fields = { ...fields, ...said };
    hello();
  };

  const api = { open, close, toggle, identify, on, setFields };
  /** `(window.Helpdesk ||= []).push(["open"])` works before and after this script has come. */
  const push = (...calls) => {
    for (const [name, ...rest] of calls) if (Object.hasOwn(api, name)) api[name](...rest);
  };
  window.Helpdesk = Object.freeze({ ...api, push });
  if (Array.isArray(early)) push(...early);
})();
