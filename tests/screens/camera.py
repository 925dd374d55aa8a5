"""Take a picture of a screen, small and the same as before unless something has changed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops
from playwright.sync_api import Browser, BrowserContext, Page

from helpdesk.env import BASE_DIR
from tests.support.running import Site

FOLDER = BASE_DIR / "docs" / "screens"
COLOURS = 96
NOTICED = 24  # of 255: less is how a glyph was smoothed
CHANGED = 0.0004  # of all pixels: a blinking caret or a digit of a code
DESK = {"viewport": {"width": 1440, "height": 900}}
LOADED = "[...document.images].every((one) => one.complete || one.loading === 'lazy')"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SIZES = {"desk": DESK, "phone": PHONE}


@dataclass(frozen=True)
class Screen:
    """
    One picture, in light and dark on a desk, and on a phone.

    ``does`` is what happens on the page before; what it yields to comes after the picture.
    """

    name: str
    path: str  # with what the stage has told in braces
    who: str = "olga"
    does: Callable[[Visit], AbstractContextManager[None]] | None = None
    on: tuple[str, ...] = ("desk", "phone")
    also: tuple[str, ...] = ()  # addresses that ``does`` leads to


@dataclass
class Visit:
    """A page that is looked at, and whoever else is wanted for it."""

    camera: Camera
    page: Page
    size: str
    others: list[Page] = field(default_factory=list)

    def other(self, who: str, path: str) -> Page:
        page = self.camera.page(who, "desk")
        self.others.append(page)
        page.goto(self.camera.address(path))
        return page

    @property
    def is_phone(self) -> bool:
        return self.size == "phone"


class Camera:
    """Everybody's browsers on one running site, whose clock stands still."""

    def __init__(self, browser: Browser, site: Site, told: dict[str, Any], at: str) -> None:
        self.browser, self.site, self.told, self.at = browser, site, told, at
        self.contexts: dict[tuple[str, str], BrowserContext] = {}
        self.states: dict[str, Any] = {}
        self.taken: list[Path] = []

    def take(self, screen: Screen) -> None:
        for size in screen.on:
            page = self.page(screen.who, size)
            visit = Visit(self, page, size)
            try:
                page.goto(self.address(screen.path))
                with screen.does(visit) if screen.does else nullcontext():
                    self._shoot(page, f"{'mobile-' if size == 'phone' else ''}{screen.name}", size)
            finally:
                for one in (*visit.others, page):
                    one.close()
                if not screen.who:
                    self.contexts.pop(("", size)).close()

    def address(self, path: str) -> str:
        return self.site.url + path.format(**self.told)

    def page(self, who: str, size: str) -> Page:
        if (who, size) not in self.contexts:
            context = self.browser.new_context(
                base_url=self.site.url,
                locale="en-GB",
                timezone_id="Europe/Lisbon",
                reduced_motion="reduce",
                color_scheme="light",
                storage_state=self._state(who) if who else None,
                **SIZES[size],
            )
            context.clock.set_fixed_time(self.at)
            self.contexts[who, size] = context
        return self.contexts[who, size].new_page()

    def _state(self, who: str) -> Any:
        if who not in self.states:
            with self.browser.new_context(base_url=self.site.url, locale="en-GB") as context:
                page = context.new_page()
                page.goto("/accounts/login/?next=/accounts/profile/")
                page.get_by_label("Email").fill(f"{who}@acme.test")
                password = self.site.environment["DEMO_PASSWORD"]
                page.get_by_label("Password", exact=True).fill(password)
                page.get_by_role("button", name="Sign in").click()
                if who == "chen":
                    page.get_by_label("Code").fill(self.told["code"])
                    page.get_by_role("button", name="Sign in").click()
                page.wait_for_url("**/accounts/profile/")
                self.states[who] = context.storage_state()
        return self.states[who]

    def _shoot(self, page: Page, name: str, size: str) -> None:
        for suffix, scheme in (("", "light"), ("-dark", "dark"))[: 2 if size == "desk" else 1]:
            page.emulate_media(color_scheme=scheme)
            page.evaluate("document.fonts.ready")
            page.wait_for_function(LOADED)
            shot = page.screenshot(animations="disabled", caret="hide")
            self.taken.append(keep(shot, FOLDER / f"{name}{suffix}.png"))
        page.emulate_media(color_scheme="light")


def keep(shot: bytes, path: Path) -> Path:
    """Write a picture with few colours, unless the one that is there shows the same."""
    with Image.open(BytesIO(shot)) as whole:
        plain = whole.convert("RGB")
    small = plain.quantize(
        COLOURS, method=Image.Quantize.FASTOCTREE, kmeans=3, dither=Image.Dither.NONE
    )
    if not (path.exists() and is_same(small, path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        small.save(path, optimize=True)
    return path


def is_same(picture: Image.Image, path: Path) -> bool:
    with Image.open(path) as known:
        if known.size != picture.size:
            return False
        apart = ImageChops.difference(known.convert("RGB"), picture.convert("RGB")).convert("L")
    changed = sum(apart.histogram()[NOTICED:])
    return changed <= CHANGED * picture.width * picture.height
