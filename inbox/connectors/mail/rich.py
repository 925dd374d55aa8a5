"""Words with formats: the few that we keep, the text that says the same, and how others see them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from uuid import UUID

import nh3

LONGEST = 200_000  # characters of HTML: what tags can do to a parser takes a second of them
DEEPEST = 8  # quotations and lists within each other, as far as a text shows them
TAGS = {
    "a", "b", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "i", "img", "li", "ol", "p",
    "pre", "s", "strong", "u", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel", "cid"}
PICTURE = re.compile(r"cid:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
SOURCE = re.compile(rf'src="{PICTURE.pattern}"')
FORMAT = re.compile(r"<(?!/|p>|br>|div>)")  # all but lines and paragraphs
BLOCKS = {"blockquote", "div", "h1", "h2", "h3", "li", "ol", "p", "pre", "ul"}
APART = BLOCKS - {"div", "li"}  # with an empty line around them
# What programs that read mail leave to us; without a style a quotation is only moved to the right.
STYLES = {
    "<blockquote>": '<blockquote style="margin:0 0 0 .4em;padding-left:.8em;border-left:2px solid #c8ccc9">',
    "<pre>": '<pre style="padding:.6em .8em;background:#f3f4f2;white-space:pre-wrap">',
    "<img ": '<img style="max-width:100%;height:auto" ',
}


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wrote: cleaned, as text, and the files that are shown within it."""

    html: str
    text: str
    pictures: tuple[UUID, ...] = ()


def clean(html: str) -> str:
    """Return HTML of nothing but our formats; a picture is a file of the message itself."""
    return nh3.clean(
        html.replace("\x00", ""),
        tags=TAGS,
        clean_content_tags={"script", "style", "title", "template", "noscript"},
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_attribute,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        strip_comments=True,
    )


def read_words(html: str) -> Words:
    """Clean HTML and say what it says; what has no format is text alone."""
    cleaned = clean(html[:LONGEST])
    writer = _Text()
    writer.feed(cleaned)
    writer.close()
    text = writer.result()
    is_formatted = text and FORMAT.search(cleaned)
    return Words(cleaned if is_formatted else "", text, tuple(writer.pictures))


def shown(html: str, pictures: Mapping[str, str]) -> str:
    """
    Return HTML for one of our pages, cleaned once more.

    :param pictures: addresses of files by their ids; others are left out.
    """
    return SOURCE.sub(lambda found: f'src="{escape(pictures.get(found[1], ""))}"', clean(html))


def laid_out(html: str) -> str:
    """Return clean HTML as it goes into a mail."""
    for plain, styled in STYLES.items():
        html = html.replace(plain, styled)  # "<" stands nowhere but where a tag begins
    return html


def as_html(text: str) -> str:
    """Return text that nobody has formatted as paragraphs."""
    paragraphs = text.replace("\r\n", "\n").split("\n\n")
    return "".join(f"<p>{escape(one).replace(chr(10), '<br>')}</p>" for one in paragraphs)


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "src":
        return value if PICTURE.fullmatch(value) else None
    if name == "href":
        scheme, colon, _ = value.strip().partition(":")
        return _bare(value) if colon and scheme.lower() in SCHEMES - {"cid"} else None
    if name == "start":
        return value if value.isascii() and value.isdecimal() and len(value) < 6 else None  # noqa: PLR2004
    return _bare(value)


def _bare(value: str) -> str:
    """Return a value that cannot be taken for a tag, or for more than one attribute."""
    return re.sub(r'[<>"\x00-\x1f]', "", value)


class _Text(HTMLParser):
    """Writes clean HTML as text: ``-`` and numbers for lists, ``>`` for quotations, addresses after links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.line: list[str] = []
        self.inside: list[tuple[str, list[str]]] = []  # what each line begins with: now, and after
        self.deeper = 0
        self.pictures: dict[UUID, None] = {}
        self.numbers: list[int | None] = []  # of the lists that we stand in
        self.links: list[tuple[str, int]] = []
        self.pre = 0
        self.wants_gap = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "br":
            self._end_line(keep_empty=True)
        elif tag == "img":
            self._show(said)
        elif tag == "a":
            self.links.append((said.get("href", ""), len(self.line)))
        elif tag in BLOCKS:
            self._begin_block(tag, said)

    def _begin_block(self, tag: str, said: Mapping[str, str]) -> None:
        self._end_line()
        self._part(tag)
        if tag in {"ol", "ul"}:
            self.numbers.append(int(said.get("start") or 1) if tag == "ol" else None)
        elif tag == "blockquote":
            self._enter(tag, "> ", "> ")
        elif tag == "li":
            self._enter(tag, mark := self._mark(), " " * len(mark))
        self.pre += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.links:
            self._name_address(*self.links.pop())
        if tag not in BLOCKS:
            return
        self._end_line()
        if tag in {"ol", "ul"} and self.numbers:
            self.numbers.pop()
        elif tag in {"blockquote", "li"}:
            self._leave()
        self.pre -= tag == "pre"
        self._part(tag)

    def handle_data(self, data: str) -> None:
        if not self.pre:
            self.line.append(re.sub(r"[ \t\n\r\f]+", " ", data))
            return
        first, *others = data.split("\n")
        self.line.append(first)
        for line in others:
            self._end_line(keep_empty=True)
            self.line.append(line)

    def result(self) -> str:
        self._end_line()
        return "\n".join(self.lines).strip("\n")

    def _show(self, said: Mapping[str, str]) -> None:
        if found := PICTURE.fullmatch(said.get("src", "")):
            self.pictures[UUID(found[1])] = None
            self.line.append(f"[{said.get('alt') or 'image'}]")

    def _enter(self, tag: str, first: str, following: str) -> None:
        if len(self.inside) < DEEPEST:
            self.inside.append((tag, [first, following]))
        else:
            self.deeper += 1

    def _leave(self) -> None:
        if self.deeper:
            self.deeper -= 1
        elif self.inside:
            self.inside.pop()

    def _mark(self) -> str:
        number = self.numbers[-1] if self.numbers else None
        if number is None:
            return "- "
        self.numbers[-1] = number + 1
        return f"{number}. "

    def _part(self, tag: str) -> None:
        """An empty line stands between paragraphs, and none between the items of a list."""
        is_in_list = bool(self.numbers) or any(kind == "li" for kind, _ in self.inside)
        if tag in APART and not is_in_list:
            self.wants_gap = True

    def _name_address(self, address: str, start: int) -> None:
        words = "".join(self.line[start:]).strip()
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        if address and words not in {address, plain, plain.rstrip("/")}:
            self.line.append(f" ({plain})" if words else plain)

    def _end_line(self, *, keep_empty: bool = False) -> None:
        said = "".join(self.line).replace("\xa0", " ")
        line = said.rstrip() if self.pre else re.sub(r" {2,}", " ", said).strip()
        self.line, self.links = [], [(address, 0) for address, _ in self.links]
        if not line and not keep_empty:
            return
        begins = "".join(begin[0] for _, begin in self.inside)
        if self.wants_gap and self.lines and self.lines[-1].strip("> "):
            # The line above may have stood in a deeper quotation, this one may begin one.
            above = len(self.lines[-1]) - len(self.lines[-1].lstrip("> "))
            depth = min(self.lines[-1].count(">", 0, above), begins.count(">"))
            self.lines.append(("> " * depth).rstrip())
        self.wants_gap = False
        self.lines.append(f"{begins}{line}".rstrip())
        for _, begin in self.inside:
            begin[0] = begin[1]
