"""Addresses in people's words become links, and nothing else in them becomes anything."""

from pathlib import Path

from jinja2.utils import urlize

from helpdesk.jinja import linked
from inbox.connectors.mail.reading import read_mail
from tests.mail.posting import NOW

CORPUS = sorted((Path(__file__).parent / "mail/corpus").glob("*.eml"))
ODD = [
    "Look at (https://shop.example/a?b=c&d), <www.shop.example> or SHOP.COM.",
    "ada@example.test\nmailto:ada@example.test\r\n\tand acme.org",
    "<b>no</b> & no link: http:/x, e.g. this",
    "",
    "\n\n",
]


def test_an_address_leads_to_a_page_of_its_own_that_learns_nothing_of_us():
    assert linked("<i>\nSee https://shop.example/a.") == (
        '&lt;i&gt;\nSee <a href="https://shop.example/a" rel="nofollow noopener noreferrer" '
        'target="_blank">https://shop.example/a</a>.'
    )


def test_no_line_is_left_out_that_holds_an_address():
    texts = ODD + [read_mail(path.read_bytes(), now=NOW).text for path in CORPUS]

    for text in texts:
        assert linked(text) == urlize(text, target="_blank", rel="nofollow noopener noreferrer")
