"""Mail answered at the desk: whom it reaches, what a server refuses, what is passed on, writing first."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.screen import button, leave_list, open_mail, thread

pytestmark = pytest.mark.journey

LONG_ID = f"{'AM7PR04MB6821' * 5}{{}}@eurprd04.prod.outlook.example"
PHONE = {"width": 390, "height": 844}


PLAN = {"name": "Plan.txt", "mimeType": "text/plain", "buffer": b"Turn left at the bell."}


def line(screen, name):
    return screen.get_by_role("tabpanel", name="Reply").get_by_role("combobox", name=name)


def test_an_answer_reaches_whom_it_names_and_their_answer_comes_back(screen, post, mail_in, server):
    theirs, liv = LONG_ID.format(uuid4().hex[:9]), f"liv-{uuid4().hex[:6]}@example.test"
    subject = mail_in("Is it red?", cc=f"Liv <{liv}>", message_id=f"<{theirs}>")
    open_mail(screen, subject)
    expect(button(screen, "Remove Liv")).to_be_visible()
    button(screen, "Remove Ada").click()
    expect(screen.get_by_text("does not get this mail")).to_be_visible()
    line(screen, "To").press_sequentially("ada@exam")
    screen.get_by_role("option").filter(has_text="ada@example.test").first.click()
    expect(screen.get_by_text("does not get this mail")).to_be_hidden()
    button(screen, "Bcc").click()
    line(screen, "Bcc").fill("boss@acme-corp.example,")
    expect(button(screen, "Remove boss@acme-corp.example")).to_be_visible()
    message(screen).fill("It is red.")
    expect(screen.locator(".composer__state:visible")).to_have_text("Saved")
    screen.reload()
    expect(button(screen, "Remove boss@acme-corp.example")).to_be_visible()
    expect(message(screen)).to_have_value("It is red.")
    assert serious(screen) == []

    button(screen, "Send").click()
    mail = post.sent()
    receipt = thread(screen).locator(".mail--out .receipt")
    expect(receipt).to_have_text("Sent")

    assert server.envelopes == [["ada@example.test", liv, "boss@acme-corp.example"]]
    assert mail["In-Reply-To"] == f"<{theirs}>"
    assert mail["References"].split() == [f"<{theirs}>"]
    assert len(mail["In-Reply-To"]) > 80
    assert "boss@" not in str(mail)
    mail_in("Then I take it", subject=f"Re: {subject}", in_reply_to=mail["Message-ID"])
    expect(thread(screen)).to_contain_text("Then I take it")


@pytest.mark.parametrize("size", [None, PHONE], ids=["desk", "phone"])
def test_a_refused_reader_is_shown_with_the_servers_words_and_tried_again(
    screen, post, mail_in, server, size
):
    liv = f"liv-{uuid4().hex[:6]}@example.test"
    server.answers = {f"RCPT {liv}": "550 5.1.1 no such mailbox"}
    subject = mail_in("Is it red?", cc=liv)
    if size:
        screen.set_viewport_size(size)
    open_mail(screen, subject)
    message(screen).fill("It is red.")
    button(screen, "Send").click()

    trouble = thread(screen).locator(".outcome")
    expect(trouble).to_contain_text(f"Not delivered to {liv}")
    expect(trouble).to_contain_text("550 5.1.1 no such mailbox")
    assert serious(screen) == []
    server.answers = {}
    trouble.get_by_role("button", name=re.compile("Try again")).click()
    post.sent(2)

    expect(thread(screen).locator(".mail--out .receipt")).to_have_text("Sent")
    expect(trouble).to_have_count(0)
    assert server.envelopes == [["ada@example.test"], [liv]]


def test_what_is_passed_on_stays_between_us_and_whoever_writes_first_has_the_conversation(
    screen, post, mail_in, server
):
    subject = mail_in("It blinks red")
    open_mail(screen, subject)
    screen.keyboard.press("f")
    panel = screen.get_by_role("complementary", name="Forward")
    panel.get_by_role("combobox", name="To").fill("claims@packs.example,")
    panel.get_by_role("textbox", name="Message to go with it").fill("A claim for you")
    expect(panel.get_by_role("checkbox", name=re.compile("It blinks red"))).to_be_checked()
    panel.locator("input[type=file]").set_input_files(PLAN)
    assert serious(screen) == []
    button(screen, "Forward").click()
    ours = post.sent()
    assert "Plan.txt" in ours.as_string()
    expect(thread(screen).locator(".mail--aside")).to_contain_text("A claim for you")
    answer = {"sender": "claims@packs.example", "in_reply_to": ours["Message-ID"]}
    mail_in("We refuse it", subject=f"Re: Fwd: {subject}", **answer)
    expect(thread(screen).locator(".mail--aside").last).to_contain_text("We refuse it")
    expect(thread(screen)).to_contain_text("Answer to a forward")

    leave_list(screen)
    thread(screen).focus()
    screen.keyboard.press("c")
    main = screen.get_by_role("main")
    expect(main.get_by_role("heading", name="New message")).to_be_visible()
    main.get_by_role("combobox", name="To").fill("grace@example.test,")
    main.get_by_role("textbox", name="Subject").fill("Your order is here")
    main.get_by_role("textbox", name="Message").fill("Come and take it.")
    main.locator("input[type=file]").set_input_files(PLAN)
    expect(main.get_by_role("button", name="Remove Plan.txt")).to_be_visible()
    assert serious(screen) == []
    screen.set_viewport_size(PHONE)
    expect(main.get_by_role("textbox", name="Message")).to_be_visible()
    assert serious(screen) == []
    button(screen, "Send").click()

    expect(screen.locator(".conv__title")).to_have_text("Your order is here")
    expect(screen.locator("#head")).to_contain_text("Olga")
    first = post.sent(2)
    assert (first["To"], first["Subject"]) == ("grace@example.test", "Your order is here")
    assert first["In-Reply-To"] is None
    assert "Plan.txt" in first.as_string()
    expect(thread(screen).locator(".mail--out .receipt")).to_have_text("Sent")
