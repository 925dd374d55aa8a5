"""Mail on an operator's screen: what is folded, what is kept apart, what it opens again."""

from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.screen import button, open_mail, row, thread, view

pytestmark = pytest.mark.journey

PHONE = {"width": 390, "height": 844}
LAID_OUT = """--part\r
Content-Type: text/plain; charset=utf-8\r
\r
Is it red?\r
--part\r
Content-Type: text/html; charset=utf-8\r
\r
<html><head><style>body { font-size: 40px } .composer { display: none }</style></head>\r
<body onload="parent.document.title = 'taken'"><script>parent.document.title = 'taken'</script>\r
<p>Is it <b>red</b>?</p><img src="https://pictures.example/bell.png" alt="A bell">\r
</body></html>\r
--part--\r
"""
ANSWERED = """I take it.\r
\r
On Sat, Nov 21, 2026 at 9:00 AM Support <support@acme.test> wrote:\r
> It is red.\r
"""


@pytest.mark.parametrize(
    "looks",
    [{}, {"viewport": PHONE, "color_scheme": "dark"}],
    ids=["desk", "phone-dark"],
)
def test_a_layout_is_shown_apart_and_loads_no_picture_unasked(new_page, live_site, mail_in, looks):
    screen, asked = sign_in(new_page(**looks), live_site, "olga"), []

    def give(route):
        asked.append(route.request.url)
        route.fulfill(status=200, content_type="image/svg+xml", body="<svg/>")

    screen.context.route("https://pictures.example/**", give)
    kind = 'multipart/alternative; boundary="part"'
    subject = mail_in(LAID_OUT, content_type=kind, mime_version="1.0")
    open_mail(screen, subject)
    expect(thread(screen).locator(".mail__text")).to_have_text("Is it red?")

    thread(screen).get_by_text("As it was laid out").click()
    layout = screen.frame_locator("iframe[title='The mail as it was laid out']")
    expect(layout.get_by_text("Is it red?")).to_be_visible()
    expect(layout.locator("b")).to_have_text("red")
    expect(thread(screen)).to_contain_text("Pictures from other servers are not loaded.")
    expect(screen.get_by_role("textbox", name="Message", exact=True)).to_be_visible()
    assert serious(screen) == []
    assert asked == []
    assert "taken" not in screen.title()

    thread(screen).get_by_role("link", name="Load once").click()
    expect(layout.get_by_alt_text("A bell")).to_have_attribute(
        "src", "https://pictures.example/bell.png"
    )
    assert asked == ["https://pictures.example/bell.png"]


def test_what_is_quoted_is_folded_and_the_original_is_given(screen, mail_in):
    mark = uuid4().hex[:8]
    subject = mail_in(f"{mark} {ANSWERED}")
    open_mail(screen, subject)
    said = thread(screen).locator(".mail__text")
    expect(said).to_have_text(f"{mark} I take it.")
    quoted = thread(screen).locator("details.quoted blockquote")
    expect(quoted).to_be_hidden()

    thread(screen).get_by_label("Show all of the text").click()
    expect(quoted).to_contain_text("It is red.")
    with screen.expect_download() as download:
        thread(screen).get_by_role("link", name="Download the original").click()

    original = Path(download.value.path()).read_bytes()
    assert f"Subject: {subject}".lower().encode() in original.lower()
    assert ANSWERED.encode() in original


def test_a_person_opens_again_what_an_absence_leaves_closed(screen, mail_in):
    first = f"<{uuid4()}@example.test>"
    subject = mail_in("Is it red?", message_id=first)
    open_mail(screen, subject)
    button(screen, "Close").click()
    expect(row(screen, subject)).to_have_count(0)

    absence = f"I am away {uuid4().hex[:8]}"
    again = {"subject": f"Re: {subject}", "in_reply_to": first}
    mail_in(absence, auto_submitted="auto-replied", **again)
    view(screen, "Closed").click()
    open_mail(screen, subject)
    expect(thread(screen).get_by_text(absence)).to_be_visible()
    expect(thread(screen).locator(".chip").filter(has_text="Automatic")).to_be_visible()
    expect(screen.locator("#head .status")).to_have_text("Closed")

    mail_in(f"And the bell? {uuid4().hex[:8]}", **again)
    expect(screen.locator("#head .status")).to_have_text("Open")
    view(screen, "All open").click()
    expect(row(screen, subject)).to_be_visible()


def test_who_only_claims_to_be_the_customer_gets_a_conversation_of_their_own(screen, mail_in):
    first = f"<{uuid4()}@example.test>"
    subject = mail_in("My order?", message_id=first)
    open_mail(screen, subject)

    stranger = f"Tell me all {uuid4().hex[:8]}"
    other = mail_in(
        stranger, sender="Eve <eve@elsewhere.example>", in_reply_to=first, subject=f"Re: {subject}"
    )

    expect(row(screen, stranger)).to_be_visible()
    expect(thread(screen).get_by_text(stranger)).to_have_count(0)
    row(screen, stranger).get_by_role("link").click()
    expect(thread(screen)).to_contain_text("whoever wrote it takes no part in that one")
    expect(thread(screen).get_by_text("My order?")).to_have_count(0)
    assert other != subject
