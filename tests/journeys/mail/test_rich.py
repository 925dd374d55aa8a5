"""Words with formats: typed, pasted, kept, sent as text and HTML, shown, and given back."""

import re
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from tests.support.composing import GIVE, file, message, undo
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.pictures import picture
from tests.support.rows import until
from tests.support.screen import button, open_mail, thread

pytestmark = pytest.mark.journey

LOADED = "picture => picture.complete && picture.naturalWidth"
FROM_WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p { color: red }</style></head><body>
<p class=MsoNormal style="margin:0"><span style="font-size:11pt">Very <b>bold</b><o:p></o:p></span></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='mso-list:Ignore'>·&nbsp;</span><![endif]>one</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·&nbsp;</span>two</p>
<script>alert(1)</script><iframe src="https://evil.example/"></iframe><img src="https://evil.example/t.gif">
<p><a href="javascript:alert(1)">three</a> <a href="https://a.example/">four</a></p></body></html>"""
CLEANED = (
    "<p>Very <strong>bold</strong></p><ul><li><p>one</p></li><li><p>two</p></li></ul>"
    '<p>three <a href="https://a.example/">four</a></p>'
)


def received(server, number=1):
    until(lambda: len(server.mails) >= number)
    return message_from_bytes(server.mails[number - 1], policy=policy.default)


def saved(page):
    expect(page.locator(".composer__state:visible")).to_have_text("Saved")


def is_at_end(page, line):
    """The editor puts its own selection back within 20 ms of the focus: faster than anybody's hand."""
    page.keyboard.press("End")
    return page.locator("rich-text").evaluate("rich => rich.before") == line


def format_bar(page):
    return page.get_by_role("toolbar", name="Format")


def test_words_with_formats_and_a_picture_reach_the_customer_as_they_were_written(
    screen, mail_in, server
):
    subject = mail_in("Is it red?")
    fetched = []
    screen.on("request", lambda request: fetched.append(request.url))
    open_mail(screen, subject)
    assert [url for url in fetched if "tiptap" in url] == []
    with screen.expect_response(re.compile("tiptap")):
        message(screen).click()
    message(screen).press_sequentially("Two things:")
    expect(message(screen)).to_have_value("Two things:")
    for key in ("Enter", "Enter", "Control+Shift+Digit8"):
        screen.keyboard.press(key)
    expect(format_bar(screen).get_by_role("button", name="List", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    screen.keyboard.type("your ")
    screen.keyboard.press("Control+b")
    screen.keyboard.type("number")
    screen.keyboard.press("Control+b")
    screen.keyboard.press("Enter")
    screen.keyboard.type("our terms")
    screen.keyboard.press("Control+Shift+ArrowLeft")
    screen.keyboard.press("Control+k")
    screen.get_by_role("textbox", name="Address of the link").fill("a.example/terms")
    assert serious(screen) == []
    screen.keyboard.press("Enter")
    expect(message(screen)).to_be_focused()
    until(lambda: is_at_end(screen, "our terms"))
    assert message(screen).evaluate(
        GIVE, ["paste", [file("stairs.png", picture(), "image/png")], "", ""]
    )
    shown = message(screen).get_by_role("img", name="stairs.png")
    expect(shown).to_be_visible()
    until(lambda: shown.evaluate(LOADED))
    expect(screen.locator("#write-reply file-chip")).to_have_count(0)
    saved(screen)

    screen.reload()

    expect(message(screen).get_by_role("listitem")).to_have_text(["your number", "our terms"])
    expect(message(screen).locator("strong")).to_have_text("number")
    until(lambda: shown.evaluate(LOADED))
    expect(screen.locator("#write-reply file-chip")).to_have_count(0)
    assert serious(screen) == []
    message(screen).press("Control+Enter")
    mail = received(server)

    text, related = mail.iter_parts()
    page, image = related.iter_parts()
    assert mail.get_content_type() == "multipart/alternative"
    said = "Two things:\r\n\r\n- your number\r\n- our terms (https://a.example/terms)"
    assert text.get_content().startswith(said)
    assert "> Is it red?" in text.get_content()
    html = page.get_content()
    assert "<p>your <strong>number</strong></p>" in html
    assert 'href="https://a.example/terms"' in html
    assert '<blockquote type="cite"' in html
    assert f'src="cid:{image["Content-ID"][1:-1]}"' in html
    assert image.get_content() == picture()
    ours = thread(screen).locator(".mail--out")
    expect(ours.locator(".receipt")).to_have_text("Sent")
    expect(ours.locator(".prose").get_by_role("listitem")).to_have_count(2)
    seen = ours.locator(".prose").get_by_role("img", name="stairs.png")
    until(lambda: seen.evaluate(LOADED))
    expect(ours.locator(".album")).to_have_count(0)
    expect(message(screen)).to_have_value("")
    assert serious(screen) == []

    assert message(screen).evaluate(GIVE, ["paste", [], "Very bold", FROM_WORD])
    expect(message(screen)).to_have_attribute("contenteditable", "true")
    expect(message(screen).locator("ul")).to_have_count(1)
    assert message(screen).evaluate("box => box.innerHTML") == CLEANED
    assert [url for url in fetched if "evil" in url] == []
    message(screen).press("Control+a")
    rich = screen.locator("rich-text")
    assert rich.evaluate("rich => rich.insert('Dear Ada,\\n{{ day }}\\n\\nyours', 0)")
    made = "<p>Dear Ada,<br>{{ day }}</p><p>yours</p>"
    assert message(screen).evaluate("box => box.innerHTML") == made
    assert rich.evaluate("rich => rich.chooseWords('{{ day }}')")
    assert screen.evaluate("getSelection().toString()") == "{{ day }}"
    message(screen).press("Control+End")
    message(screen).press("Enter")
    message(screen).press("Control+k")
    address = screen.get_by_role("textbox", name="Address of the link")
    address.press_sequentially("/x")
    expect(address).to_have_value("/x")
    address.press("Escape")
    expect(message(screen)).to_be_focused()
    saved(screen)


def test_what_was_not_sent_or_is_taken_back_keeps_its_formats(new_page, live_site, mail_in, server):
    subject = mail_in("Is it red?")
    screen = sign_in(new_page(), live_site, "marta", undo=30)
    screen.set_viewport_size({"width": 390, "height": 844})
    open_mail(screen, subject)
    message(screen).fill("It is red")
    message(screen).press("Control+a")
    format_bar(screen).get_by_role("button", name="Bold").click()
    expect(message(screen).locator("strong")).to_have_text("It is red")
    saved(screen)
    assert serious(screen) == []
    screen.route("**/messages/", lambda route: route.abort())
    button(screen, "Send").click()
    expect(screen.get_by_text("Not sent: the server did not take it")).to_be_visible()
    expect(message(screen).locator("strong")).to_have_text("It is red")
    screen.unroute("**/messages/")

    button(screen, "Send").click()
    expect(thread(screen).locator(".mail--out .prose strong")).to_have_text("It is red")
    expect(message(screen)).to_have_value("")
    undo(screen).click()

    expect(message(screen).locator("strong")).to_have_text("It is red")
    expect(thread(screen).locator(".mail--out")).to_have_count(0)
    assert server.mails == []
    screen.goto("/acme/inbox/new/")
    main = screen.get_by_role("main")
    main.get_by_role("combobox", name="To").fill("grace@example.test,")
    main.get_by_role("textbox", name="Subject").fill("Your order is here")
    message(screen).fill("Come")
    message(screen).press("Control+a")
    message(screen).press("Control+i")
    expect(message(screen).locator("em")).to_have_text("Come")
    message(screen).press("End")
    assert message(screen).evaluate(
        GIVE, ["paste", [file("stairs.png", picture(), "image/png")], "", ""]
    )
    shown = message(screen).get_by_role("img", name="stairs.png")
    until(lambda: shown.evaluate(LOADED))
    expect(screen.locator("file-chip")).to_have_count(0)
    button(screen, "Send").click()
    ours = thread(screen).locator(".mail--out .prose")
    expect(ours.locator("em")).to_have_text("Come")
    seen = ours.get_by_role("img", name="stairs.png")
    until(lambda: seen.evaluate(LOADED))
