/** How the button and the frame look; nothing of the host page reaches them. */

// Every declaration on :host is important: otherwise the page's own rule for div would win.
export const STYLE = `
:host { all: initial !important; color-scheme: light dark !important }
.dock { --c: #1c5a8c; --b: var(--c); --on: #fff; --ring: #0000001c; --lit: #fff; --x: 28px; --y: 24px }
button, iframe { position: fixed; z-index: 2147483646; border: 0; margin: 0; padding: 0; inset-inline-end: var(--x) }
.start :is(button, iframe) { inset-inline: var(--x) auto }
button { bottom: calc(var(--y) + env(safe-area-inset-bottom)); min-width: 56px; height: 56px; max-width: calc(100vw - 40px);
  display: flex; align-items: center; justify-content: center; gap: 8px; border-radius: 28px; cursor: pointer;
  background: var(--b); color: var(--on);
  box-shadow: 0 1px 2px #14202a2b, 0 6px 20px -4px #14202a52;
  font: 600 15px/20px system-ui, sans-serif; transition: filter 110ms, transform 110ms }
.dock:not(.open) b:not(:empty) { display: block; margin-inline-end: 20px }
b { display: none; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
:has(b:not(:empty)) > .chat { margin-inline-start: 16px }
button:hover { filter: brightness(1.1) }
button:active { transform: scale(.96) }
button:focus-visible { outline: 2px solid var(--b); outline-offset: 3px }
svg { flex: none; width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 1.5;
  stroke-linecap: round; stroke-linejoin: round }
.open .chat, .dock:not(.open) .down { display: none }
span { position: absolute; top: -4px; inset-inline-end: -4px; font-size: 12px; min-width: 22px; height: 22px; padding: 0 5px; box-sizing: border-box;
  border-radius: 11px; background: #b3261e; color: #fff; border: 1px solid var(--lit); text-align: center }
[hidden] { display: none !important }
iframe { bottom: calc(var(--y) + 70px + env(safe-area-inset-bottom)); width: 372px;
  height: min(600px, 100dvh - var(--y) - 90px); border-radius: 18px;
  background: var(--lit); box-shadow: 0 0 0 1px var(--ring), 0 2px 6px #14202a14, 0 24px 60px -12px #14202a47 }
@media (max-width: 479px), (max-height: 419px) {
  .dock iframe { inset: var(--vt, 0) 0 auto; width: 100%; height: var(--vh, 100%); border-radius: 0; box-shadow: none }
  .dock:not(.ready) button { z-index: 2147483647 }
  .dock { --x: 20px !important; --y: 20px !important }
}
@media (prefers-color-scheme: dark) {
  .dock { --b: color-mix(in oklch, var(--c), #fff 45%); --on: #0a1117; --ring: #ffffff24; --lit: #1b1f22 }
}
@media (prefers-reduced-motion: reduce) { button { transition: none } }
@media print { .dock { display: none } }
@supports (color: oklch(from red l c h)) {
  .dock { --b: oklch(from var(--c) min(l, .5) c h) }
  @media (prefers-color-scheme: dark) {
    .dock { --b: oklch(from var(--c) max(l, .76) calc(c * .85) h); --on: oklch(from var(--c) .17 .03 h) }
  }
}`;
