"""A real Chromium for journeys, and a clear word when there is none."""

import asyncio
import os
import shutil

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds: what a journey waits for comes at once, but not on a busy machine
MISSING = "no Chromium was found: install chromium-headless-shell, or name one with CHROMIUM"


def chromium() -> str | None:
    # The shell is Chromium without its windows, and takes less than half of the processor's time.
    names = [os.environ.get("CHROMIUM"), "chromium-headless-shell", "chromium", "google-chrome"]
    return next(filter(None, (shutil.which(name) for name in names if name)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the journeys of a module together; each worker has a site and a Chromium of its own."""
    for item in items:
        if {"live_site", "browser"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group(item.module.__name__))


def pytest_terminal_summary(terminalreporter):
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(MISSING in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_sep("!", f"{count} journeys were skipped: {MISSING}")


@pytest.fixture(scope="session")
def _chromium():
    path = chromium()
    if path is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        expect.set_options(timeout=PATIENCE)
        launched = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield launched, loop
        asyncio._set_running_loop(loop)
        launched.close()


@pytest.fixture
def browser(_chromium):
    """The one Chromium of this run; make a context for each person."""
    launched, loop = _chromium
    # Playwright leaves its loop marked as running, which no asyncio test after it would survive.
    asyncio._set_running_loop(loop)
    try:
        yield launched
        for context in launched.contexts:
            context.close()
    finally:
        asyncio._set_running_loop(None)


@pytest.fixture
def new_page(browser: Browser, live_site):
    """Make a page with cookies of its own; a script error or a blocked resource fails the test."""
    complaints: list[str] = []

    def listen(context: BrowserContext) -> None:
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("console", hear)

    def hear(message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            complaints.append(message.text)

    def make(**options):
        context = browser.new_context(base_url=live_site.url, **options)
        listen(context)
        return context.new_page()

    yield make
    assert complaints == []
