"""The words of an HTML mail, for search, previews and replies."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

import nh3

LONGEST = 1_000_000  # characters of HTML that are read
SKIPPED = {"script", "style", "head", "title", "template", "noscript", "svg", "math", "object"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
    "fieldset", "figure", "footer", "form", "header", "html", "li", "main", "nav", "ol", "pre",
    "section", "table", "tbody", "tfoot", "thead", "tr", "ul",
}  # fmt: skip
PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6"}
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden", re.IGNORECASE)
# Where mail programs begin what they quote, told by class or id.
QUOTING = {
    "appendonsend", "desk-reply-above", "divrplyfwdmsg", "front-blockquote", "gmail_quote",
    "gmail_quote_container", "isreplycontent", "mail-editor-reference-message-container",
    "messagereplysection", "moz-cite-prefix", "ms-outlook-mobile-reference-message",
    "olk_src_body_section", "protonmail_quote", "quote", "reply-intro", "stopspelling",
    "tutanota_quote", "yahoo-quoted-begin", "yahoo_quoted", "zmail_extra", "zmail_extra_hr",
}  # fmt: skip
# Outlook marks its header block by nothing but the grey line above it.
OUTLOOK_LINE = re.compile(
    r"border-top:\s*(?:1(?:\.0)?p[tx]\s+)?solid\s+(?:#(?:E1E1E1|B5C4DF)|rgb\((?:225|181),)"
    r"|border-top-color:\s*rgb\(229,\s*229,\s*229\)",
    re.IGNORECASE,
)
# A block quotation without a line beside it is how web mail moves a paragraph to the right.
INDENTED = re.compile(r"border(?:-left)?:\s*(?:none|0)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HtmlText:
    """
    Lines of text; what a ``<blockquote>`` quotes begins with ``> ``.

    ``quoted_from`` is the line where a mail program says that its quotation begins, if it does;
    ``signatures`` are what it says to be one.
    """

    lines: tuple[str, ...]
    quoted_from: int | None = None
    signatures: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@lru_cache(maxsize=1)  # a mail's HTML is asked for its words, and then for what of them is new
def read_html(html: str) -> HtmlText:
    """Read the words of HTML, however it is built."""
    # Put in order first: the parser below takes quadratic time for some tag soups.
    ordered = nh3.clean(
        html[:LONGEST],
        tags=nh3.ALLOWED_TAGS | BLOCKS | PARAGRAPHS | {"font", "u"},
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes={"*": {"class", "id", "name", "style", "type"}},
        link_rel=None,
    )
    writer = _Writer()
    writer.feed(ordered)
    writer.close()
    return writer.result()


class _Writer(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[tuple[int, str]] = []
        self.line: list[str] = []
        self.skipped: list[str] = []  # tags that we stand inside and leave out
        self.blockquotes: list[bool] = []  # those that we stand in: whether they quote
        self.quotes = self.pre = 0
        self.open = 0  # tags that are not closed yet
        self.signed: tuple[int, int] | None = None  # the open signature's depth and first line
        self.signatures: list[str] = []
        self.quoted_from: int | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag in VOID:
            if not self.skipped:
                self._open(tag)
        elif self.skipped or tag in SKIPPED or HIDDEN.search(known.get("style", "")):
            self.skipped.append(tag)
        else:
            self.open += 1
            if self.quoted_from is None and _begins_quotation(tag, known):
                self._break()
                self.quoted_from = len(self.lines)
            elif self.signed is None and self.quoted_from is None and _is_signature(known):
                self._break()
                self.signed = self.open, len(self.lines)
            if tag == "blockquote":
                self._break()
                self.blockquotes.append(not INDENTED.search(known.get("style", "")))
                self.quotes += self.blockquotes[-1]
            self._open(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.skipped:
            if tag in self.skipped:
                while self.skipped.pop() != tag:
                    pass
            return
        self._close(tag)
        if self.signed and self.open == self.signed[0]:
            self._break()
            said = " ".join(line for _, line in self.lines[self.signed[1] :])
            self.signatures += [said] if said.strip() else []
            self.signed = None
        self.open -= 1

    def _close(self, tag: str) -> None:
        if tag in PARAGRAPHS:
            self._break(blank=True)
        elif tag in BLOCKS:
            self._break()
            if tag == "blockquote" and self.blockquotes:
                self.quotes -= self.blockquotes.pop()
            self.pre = max(self.pre - (tag == "pre"), 0)

    def handle_data(self, data: str) -> None:
        if self.skipped:
            return
        if not self.pre:
            self.line.append(re.sub(r"[ \t\n\r\f]+", " ", data))
            return
        first, *others = data.split("\n")
        self.line.append(first)
        for line in others:
            self._end_line(keep_empty=True)
            self.line.append(line)

    def result(self) -> HtmlText:
        """Return the lines, with at most one empty one in a row and none at the ends."""
        self._break()
        lines: list[str] = []
        start = None
        for index, (quotes, line) in enumerate(self.lines):
            if index == self.quoted_from:
                start = len(lines)
            if line or (lines and lines[-1].strip("> ")):
                lines.append(f"{'> ' * quotes}{line}".rstrip())
        while lines and not lines[-1].strip("> "):
            lines.pop()
        quoted_from = start if start is not None and start < len(lines) else None
        return HtmlText(tuple(lines), quoted_from, tuple(self.signatures))

    def _open(self, tag: str) -> None:
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag in PARAGRAPHS:
            self._break(blank=True)
        elif tag in BLOCKS or tag == "hr":
            self._break()
        elif tag in {"td", "th"} and self.line:
            self.line.append(" ")
        self.pre += tag == "pre"
        if tag == "li":
            self.line.append("- ")

    def _break(self, *, blank: bool = False) -> None:
        self._end_line()
        if blank and self.lines and self.lines[-1][1]:
            self.lines.append((self.quotes, ""))

    def _end_line(self, *, keep_empty: bool = False) -> None:
        said = "".join(self.line).replace("\xa0", " ")
        line = said.rstrip() if self.pre else re.sub(r" {2,}", " ", said).strip()
        if line.strip() or keep_empty:
            self.lines.append((self.quotes, line))
        self.line = []


def _begins_quotation(tag: str, attributes: dict[str, str]) -> bool:
    names = _names(attributes)
    if tag == "blockquote":
        cited = attributes.get("type", "").lower() == "cite" or "gmail_quote" in names
        return cited or bool(names & QUOTING)
    told = names & QUOTING or any(name.endswith("yahoo_quoted") for name in names)
    return bool(told) or bool(OUTLOOK_LINE.search(attributes.get("style", "")))


def _is_signature(attributes: dict[str, str]) -> bool:
    names = _names(attributes)
    return any("signature" in name and not name.startswith("linebreak") for name in names)


def _names(attributes: dict[str, str]) -> set[str]:
    said = (attributes.get(name, "").lower() for name in ("class", "id", "name"))
    return {name for one in said for name in one.split()}
