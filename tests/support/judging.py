"""What axe-core finds wrong with a page."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

AXE = Axe().axe_script
JUDGE = Path(__file__).with_name("contrast.js").read_text()
READABLE: set[str] = set()  # how words look that were found readable, by this worker


def serious(page: Page | Frame) -> list[tuple[str, list[str]]]:
    """Return the rules that are broken, each with the elements that break it."""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE)
    found = page.evaluate(JUDGE, sorted(READABLE))
    READABLE.update(found["readable"])
    return [
        (rule, elements)
        for rule, impact, elements in found["violations"]
        if impact in {"serious", "critical"}
    ]
