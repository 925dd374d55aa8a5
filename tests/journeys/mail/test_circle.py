"""A customer's mail comes, is answered and comes again, and so it goes on while mail servers fail."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.support.composing import message
from tests.support.judging import serious
from tests.support.people import sign_in
from tests.support.rows import inside, rows, until
from tests.support.screen import button, leave_list, open_mail, row, thread

pytestmark = pytest.mark.journey

HEALTH = "SELECT id FROM inbox_channel WHERE config->>'address' = 'support@acme.test'"
UIDVALIDITY = """
    SELECT max(uidvalidity) FROM inbox_mailfolder f JOIN inbox_mailbox m ON m.id = f.mailbox_id
    WHERE m.channel_id = (SELECT id FROM inbox_channel WHERE config->>'address' = 'support@acme.test')
"""
DUE = "UPDATE inbox_message SET send_at = now() WHERE state = 'queued'"
REPORT = """--d\r
Content-Type: text/plain\r
\r
It did not arrive.\r
--d\r
Content-Type: message/delivery-status\r
\r
Reporting-MTA: dns; mx.test\r
\r
Final-Recipient: rfc822; {reader}\r
Action: failed\r
Status: 5.1.1\r
Diagnostic-Code: smtp; 550 5.1.1 no such user\r
--d\r
Content-Type: text/rfc822-headers\r
\r
Message-ID: {name}\r
--d--\r
"""


@pytest.fixture
def ada():
    """Somebody who has never written before."""
    return f"ada-{uuid4().hex[:8]}@example.test"


@pytest.fixture
def health(new_page, live_site):
    """The page on which an admin sees how the mailbox fares."""
    [[channel]] = rows(live_site, HEALTH)
    return sign_in(new_page(), live_site, "admin", f"/acme/settings/channels/{channel}/")


def said(page):
    return page.get_by_role("region", name="What the servers said")


def answer(screen, text):
    message(screen).fill(text)
    button(screen, "Send").click()


def test_a_customers_mail_is_answered_and_answered_again(screen, post, server, ada):
    screen.evaluate("window.isStillHere = true")
    theirs = f"<{uuid4()}@example.test>"
    subject = post.bring("Is it red?", sender=f"Ada <{ada}>", message_id=theirs)
    open_mail(screen, subject)
    expect(thread(screen)).to_contain_text("Is it red?")

    answer(screen, "It is red.")
    ours = post.sent()
    expect(thread(screen).locator(".mail--out .receipt")).to_have_text("Sent")
    assert server.envelopes == [[ada]]
    # By these the customer's own program puts it below what they wrote.
    assert (ours["Subject"], ours["In-Reply-To"]) == (f"Re: {subject}", theirs)
    assert ours["References"].split() == [theirs]
    assert re.fullmatch(r"<\S+@acme\.test>", ours["Message-ID"])
    reply_to = re.search(r"support\+c\.[a-z2-7]{45}@acme\.test", ours["Reply-To"])[0]

    post.bring(
        "Then I take it.", sender=ada, subject=f"Re: {subject}", in_reply_to=ours["Message-ID"],
        references=f"{theirs} {ours['Message-ID']}",
    )  # fmt: skip
    expect(thread(screen)).to_contain_text("Then I take it.")
    bare = f"<{uuid4()}@example.test>"
    other = post.bring("And a bell, please.", sender=ada, to=reply_to, message_id=bare)
    expect(thread(screen)).to_contain_text("And a bell, please.")
    expect(thread(screen).locator(".mail")).to_have_count(4)
    expect(row(screen, subject)).to_have_count(1)
    expect(row(screen, other)).to_have_count(0)
    answer(screen, "It goes out today.")
    assert post.sent(2)["In-Reply-To"] == bare
    expect(thread(screen).locator(".mail--out .receipt")).to_have_text(["Sent", "Sent"])
    assert screen.evaluate("window.isStillHere")


def test_a_server_that_lost_its_numbers_brings_nothing_twice(screen, post, dovecot, live_site):
    before = [post.bring(f"Before {number}") for number in range(3)]
    for subject in before:
        expect(row(screen, subject)).to_be_visible()
    [[counted]] = rows(live_site, UIDVALIDITY)

    dovecot.stop()
    dovecot.count_anew(post.user)
    meanwhile = post.bring("While it was away")
    until(lambda: post.mailbox("failing_since"))
    dovecot.start()
    post.look_now()
    expect(row(screen, meanwhile)).to_be_visible()
    after = post.bring("Behind all others")
    expect(row(screen, after)).to_be_visible()

    assert rows(live_site, UIDVALIDITY) != [(counted,)]
    until(lambda: not post.mailbox("failing_since"))
    screen.reload()
    leave_list(screen)
    for subject in (*before, meanwhile, after):
        expect(row(screen, subject)).to_have_count(1)


def test_a_server_that_dies_while_it_hands_over_is_shown_and_come_back_to(screen, post, health):
    expect(health.get_by_role("region", name="State now")).to_contain_text("all that was there")
    mark = uuid4().hex
    post.line.breaks_over = mark.encode()
    subjects = [post.bring(f"Number {number} {mark}") for number in range(3)]
    until(lambda: post.mailbox("failing_since"))
    health.reload()
    expect(said(health)).to_contain_text("The mail server broke the connection off.")
    expect(health.get_by_role("region", name="State now")).to_contain_text("next try")
    assert serious(health) == []
    expect(row(screen, subjects[0])).to_have_count(0)

    post.line.breaks_over = b""
    button(health, "Fetch now").click()

    for subject in subjects:
        expect(row(screen, subject)).to_have_count(1)
    until(lambda: not post.mailbox("failing_since"))
    health.reload()
    expect(said(health)).to_contain_text("over since")
    expect(health.get_by_role("region", name="State now")).to_contain_text("all that was there")


def test_a_server_that_dies_over_an_answer_is_told_of_as_it_is(
    screen, post, server, health, live_site, ada
):
    subject = post.bring("Is it red?", sender=ada)
    open_mail(screen, subject)

    # It dies before it has the mail: nobody got it, and it is tried again.
    server.answers = {"DATA": "die"}
    answer(screen, "It is red.")
    receipt = thread(screen).locator(".mail--out .receipt")
    expect(receipt).to_have_text("Sending")
    until(lambda: server.visits)
    expect_waiting(health)
    assert serious(screen) == []
    server.answers = {}
    with inside(live_site) as connection:
        connection.execute(DUE)
    expect(receipt).to_have_text("Sent")
    assert len(server.mails) == 1

    # It dies between the last dot and its word: nobody knows, and a person decides.
    server.answers = {"END": "die"}
    answer(screen, "And it rings.")
    trouble = thread(screen).locator(".outcome")
    expect(trouble).to_contain_text(f"To {ada} it may have been sent.")
    assert serious(screen) == []
    server.answers = {}
    trouble.get_by_role("button", name=re.compile("Send again")).click()
    expect(trouble).to_have_count(0)
    expect(receipt).to_have_text(["Sent", "Sent"])
    first, second = post.sent(2), post.sent(3)
    assert first["Message-ID"] == second["Message-ID"] != post.sent(1)["Message-ID"]


def expect_waiting(health):
    """See in the settings that an answer waits, and why."""

    def is_told():
        health.reload()
        told = said(health).get_by_role("listitem").filter(has_text="Sending")
        return told.filter(has_text="broke the connection off").count()

    until(is_told)


def test_a_mail_that_comes_back_is_marked_for_that_reader_alone(screen, post, server, ada):
    liv = f"liv-{uuid4().hex[:6]}@example.test"
    subject = post.bring("Is it red?", sender=ada, cc=f"Liv <{liv}>")
    open_mail(screen, subject)
    answer(screen, "It is red.")
    name = post.sent()["Message-ID"]
    expect(thread(screen).locator(".mail--out .receipt")).to_have_text("Sent")
    assert server.envelopes == [[ada, liv]]

    post.bring(
        REPORT.format(reader=liv, name=name),
        sender="Mail Delivery System <mailer-daemon@mx.test>",
        subject="Undelivered Mail Returned to Sender",
        content_type='multipart/report; report-type=delivery-status; boundary="d"',
    )

    trouble = thread(screen).locator(".outcome")
    expect(trouble).to_have_count(1)
    expect(trouble).to_contain_text(f"It came back from {liv}.")
    expect(trouble).to_contain_text("no such user")
    expect(thread(screen).locator(".mail--out .receipt")).to_have_count(0)
    expect(screen.locator("#head .status")).to_have_text("Open")
