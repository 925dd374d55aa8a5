"""The HTML of articles: nothing but what we know, the text it says, and what it is about."""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

import nh3
from django.utils.text import slugify

LONGEST = 400_000  # characters
TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h2", "h3", "i", "li", "ol", "p", "pre", "s",
    "strong", "u", "ul",
}  # fmt: skip
SCHEMES = {"http", "https", "mailto", "tel"}
HEADING = re.compile(r"<(h[23])>(.*?)</\1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
BLOCKS = {"blockquote", "h2", "h3", "li", "ol", "p", "pre", "ul"}


def clean(html: str) -> str:
    """Return HTML of our formats alone, whatever it came from."""
    return nh3.clean(
        html[:LONGEST].replace("\x00", ""),
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript", "svg", "math"},
        attributes={"a": {"href"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        strip_comments=True,
    )


def text_of(html: str) -> str:
    """Return what clean HTML says, a line for each of its paragraphs."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.said).splitlines())
    return "\n".join(line for line in lines if line)


def html_of(text: str) -> str:
    """Return plain text as paragraphs."""
    paragraphs = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in paragraphs if part)


def outlined(html: str) -> tuple[str, list[tuple[str, str, str]]]:
    """Give headings ids; return the HTML, and tag, id and words of each heading."""
    headings: list[tuple[str, str, str]] = []

    def mark(found: re.Match[str]) -> str:
        words = unescape(TAG.sub("", found[2])).strip()
        # A prefix, so that no heading is called as something of the page is.
        name = f"s-{slugify(words, allow_unicode=True)[:60] or 'part'}-{len(headings) + 1}"
        headings.append((found[1], name, words))
        return f'<{found[1]} id="{name}">{found[2]}</{found[1]}>'

    return HEADING.sub(mark, clean(html)), headings


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in BLOCKS or tag == "br":
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        self.said.append(data.replace("\n", " "))
