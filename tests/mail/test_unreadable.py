"""What nobody can read becomes a conversation all the same, when somebody says so."""

import pytest

from accounts.tenancy import scope
from inbox import intake, keeping
from inbox.connectors.mail.salvaging import salvage
from inbox.models import Conversation, Delivery, Message
from tests.mail.posting import NOW, deliveries, post, written

WORDS = "Привет, when do you open?"
PARTS = b"".join(
    b"--b\r\nContent-Type: image/png;\r\n name=a.png\r\n\r\n" + b"QUJD" * 19 + b"\r\n"
    for _ in range(1_001)
)


def too_much(message_id="<odd@example.test>", **headers):
    """A mail of more parts than any honest one."""
    kind = {"Content-Type": "multipart/mixed; boundary=b"}
    words = f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{WORDS}\r\n"
    raw = written(words, message_id=message_id, subject="Opening hours", **headers | kind)
    return raw + PARTS + b"--b--\r\n"


@pytest.fixture
def bring(mailbox):
    def bring(raw):
        kept = keeping.keep(mailbox.workspace, mailbox, raw, received_at=NOW)
        intake.ingest_mail(mailbox.workspace, kept.delivery)
        with scope(mailbox.workspace):
            return Delivery.objects.get(pk=kept.delivery_id)

    return bring


@pytest.fixture
def press(client, admin, workspace, mailbox):
    client.force_login(admin.user)
    here = f"/{workspace.slug}/settings/channels/{mailbox.pk}/"

    def press(mail, tail="", **said):
        return client.post(f"{here}unreadable/{mail.pk}/" if not tail else here + tail, said)

    return press


def test_the_page_says_who_wrote_what_cannot_be_read(client, bring, press, mailbox, workspace):
    mail = bring(too_much())
    assert (mail.state, mail.sender, mail.subject) == (
        "unreadable",
        "ada@example.test",
        "Opening hours",
    )

    page = client.get(f"/{workspace.slug}/settings/channels/{mailbox.pk}/health/").content.decode()
    for words in ("ada@example.test", "Opening hours", "It has more than 1000 parts."):
        assert words in page
    assert "Try all" not in page


def test_a_conversation_is_made_of_what_can_be_read(client, bring, press, mailbox, workspace):
    raw = too_much()
    mail = bring(raw)

    answer = press(mail)
    again = press(mail)  # two admins, or one twice

    with scope(workspace):
        message = Message.objects.get()
        conversation = message.conversation
        [original] = message.attachments.all()
        assert (conversation.subject, conversation.handle.value) == (
            "Opening hours",
            "ada@example.test",
        )
        assert conversation.is_open
        assert conversation.waiting_since == NOW
        assert (message.text, message.external_id) == (WORDS, mail.external_id)
        assert (original.name, original.size) == ("original.eml", len(raw))
        assert Delivery.objects.get().message == message
    inbox = f"/{workspace.slug}/inbox/{conversation.number}/"
    assert [one.headers["Location"] for one in (answer, again)] == [inbox, inbox]
    assert "We could not read this mail." in client.get(inbox).content.decode()


def test_it_goes_on_with_the_conversation_that_it_answers(bring, press, mailbox):
    first = post(mailbox, written())
    press(bring(too_much(in_reply_to="<1@example.test>")))

    with scope(mailbox.workspace):
        assert Conversation.objects.get() == first.conversation


def test_one_is_tried_again_and_the_others_rest(bring, press, mailbox):
    one, other = bring(too_much()), bring(b"")
    assert press(one, "unreadable/", delivery=one.pk).status_code == 302
    assert press(one, "unreadable/", delivery="x").status_code == 404
    assert [mail.state for mail in deliveries(mailbox)] == ["waiting", "unreadable"]
    assert press(other, "unreadable/").status_code == 302
    assert {mail.state for mail in deliveries(mailbox)} == {"waiting"}
    assert press(other).status_code == 404  # it may be read in a moment


@pytest.mark.parametrize(
    "raw",
    [b"", b"\0" * 50, b"\xff" * 5_000, b"From: " * 100_000, b"Subject:\n" * 50_000, PARTS],
    ids=["empty", "zeros", "letters", "a long line", "many headers", "parts"],
)
def test_salvaging_never_fails(raw):
    found = salvage(raw, now=NOW)

    assert "unreadable" in found.problems
    assert found.files[0].content == raw
    assert found.is_readable


def test_words_in_other_letters_are_told():
    raw = written("").rstrip() + b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nna=EFve"
    assert salvage(raw, now=NOW).text.strip() == "naïve"
