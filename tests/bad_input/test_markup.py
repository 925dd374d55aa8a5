"""Addresses and tags that were made to act: none of the cleaners leaves one of them."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.jinja import linked
from inbox.connectors.mail import rich
from inbox.connectors.mail.sanitising import sanitise
from knowledgebase import markup

CLEANERS = {"mail": sanitise, "words": rich.clean, "article": markup.clean}
GOOD = re.compile(r"https?:|mailto:|tel:|cid:", re.IGNORECASE)
HOLDERS = {
    "href",
    "src",
    "srcset",
    "poster",
    "background",
    "action",
    "formaction",
    "data",
    "xlink:href",
}
TAGS = {"script", "style", "iframe", "object", "embed", "form", "input", "button", "base", "meta", "link", "svg",
        "math", "template", "video", "audio", "source", "textarea", "select", "noscript", "frame"}  # fmt: skip
SCHEMES = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)",
    "java\nscript:alert(1)", "\x01javascript:alert(1)", "&#106;avascript:alert(1)", "javascript&colon;alert(1)",
    "&#x6A&#x61vascript:alert(1)", "vbscript:x", "data:text/html,<script>x</script>", "DATA:text/html;base64,PHNj",
    "file:///etc/passwd", "php://filter/x", "gopher://a", "blob:https://a.test/1", "view-source:https://a.test",
    "intent://a", "feed:javascript:alert(1)", "jar:https://a.test!/", "about:blank", "ws://a.test",
]  # fmt: skip
OURS = [
    "/logout",
    "../../api/v1/me/",
    "//evil.test/a",
    "\\\\evil.test\\a",
    "?next=",
    "#",
    "",
    "logout",
    "/\\evil.test",
]
PLACES = [
    '<b>x</b><a href="{}">y</a>', "<b>x</b><a href='{}'>y</a>", '<b>x</b><img src="{}" alt="y">',
    '<b>x</b><img srcset="{} 2x" alt="y">', '<b>x</b><video poster="{}"></video>', '<b>x</b><table background="{}">',
    '<b>x</b><form action="{}"><button formaction="{}">y</button></form>', '<b>x</b><object data="{}"></object>',
    '<b>x</b><svg><a xlink:href="{}">y</a></svg>', '<b>x</b><base href="{}"><link rel="stylesheet" href="{}">',
    '<b>x</b><meta http-equiv="refresh" content="0;url={}"><iframe src="{}"></iframe>',
    '<b>x</b><p style="background:url({})">y</p><style>@import "{}";b{{background:url({})}}</style>',
]  # fmt: skip


class Holding(HTMLParser):
    """Lists what of HTML could act or load."""

    def __init__(self, html):
        super().__init__()
        self.found, self.links = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found += [tag] if tag in TAGS else []
        for name, value in attrs:
            self.links += [value] if (tag, name) == ("a", "href") else []
            if name.startswith("on") or (
                name == "style" and re.search(r"url|@import|\\", value or "")
            ):
                self.found.append(f"{name}={value}")
            if name in HOLDERS and (tag, name) != ("a", "href") and not GOOD.match(value or ""):
                self.found.append(f"{tag} {name}={value}")


def acting(html):
    held = Holding(html)
    # Where browsers leave out what they do not see, so does this.
    bare = [re.sub(r"[\x00-\x20]", "", link or "") for link in held.links]
    return held.found + [link for link in bare if ":" in link and not GOOD.match(link)]


@pytest.mark.parametrize("name", CLEANERS)
def test_no_address_acts_loads_or_is_ours(name):
    clean = CLEANERS[name]
    for place in PLACES:
        for address in [*SCHEMES, *OURS]:
            html = clean(place.replace("{}", address).replace("{{", "{").replace("}}", "}"))
            assert "<b>x</b>" in html, (place, address)
            assert acting(html) == [], (place, address, html)
            is_link = place.startswith("<b>x</b><a")
            if address in OURS and name != "article" and not is_link:
                assert "logout" not in html, (place, address)
                assert "evil" not in html, (place, address)


@pytest.mark.parametrize("name", CLEANERS)
@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<scr", "<script>", "<scr<script>ipt>", "ipt>", "x", "<img src=", "'", '"', "/", "=",
     "javascript:", "<svg", "<svg><style>", " onload=x", ">", "<math><mi>", "<mglyph>", "<style>", "</style>",
     "<a href=", "<a id='", "&#106;avascript:", "&lt;script&gt;", "<!--", "-->", "--!>", "<![CDATA[", "]]>",
     "<noscript>", "</noscript>", "<title>", "<textarea>", "<form>", "<table><td>", "<select>", "<template>",
     "<iframe srcdoc='", "\x00", "\u200b", "\uff1cscript\uff1e", "style='color:red;background:url(//a)'"]
), max_size=40).map("".join))  # fmt: skip
def test_what_is_put_together_of_pieces_is_clean_and_stays_as_it_is(name, html):
    once = CLEANERS[name](html)

    assert acting(once) == []
    assert acting(CLEANERS[name](once)) == []
    assert CLEANERS[name](once).count("<") == once.count("<")


@pytest.mark.parametrize("address", [*SCHEMES, 'https://a.test/"onmouseover=x', "https://a.test/'><script>x</script>",
                                     "https://a.test/<img/src=x/onerror=x>", "www.a.test/&quot;onclick=x"])  # fmt: skip
def test_links_made_of_words_hold_no_more_than_an_address(address):
    held = Holding(str(linked(f"See {address} <i>now</i>")))

    assert held.found == []
    assert all(GOOD.match(link) for link in held.links)
    assert "<i>" not in linked(address + " <i>")
