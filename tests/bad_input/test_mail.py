"""Mails that were made to get somewhere: what is stored of them, and where they end up."""

from urllib.parse import quote
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.contacts import change_contact
from inbox.actions.mail_replies import prepare_mail
from inbox.actions.mail_threads import reply_key
from inbox.connectors.mail.composing import compose
from inbox.connectors.mail.threads import reply_address
from inbox.enums import MessageKind
from inbox.models import Attachment, Contact, Message
from routing.actions.rules import keep_rule
from tests import factories
from tests.mail.posting import ADDRESS, make_mail_channel, post, written
from tests.mail.test_receiving import MALLORY, reread
from tests.routing.test_conditions import every

CODE = "Your code is 471 203. It signs you in for ten minutes."
NAMES = {
    "../../etc/passwd\x00.png": "passwd.png",
    ".htaccess": "htaccess",
    "\u200b.htaccess": "htaccess",
    "photo\u202egnp.exe": "photo gnp.exe",
    "a\r\nSet-Cookie: b.txt": "a Set-Cookie: b.txt",
    "C:\\x\\..\\boot.ini": "boot.ini",
    "x" * 300 + ".pdf": "x" * 116 + ".pdf",
    "...": "attachment-8.csv",
    "aux": "aux",
    'a"b;filename=c.html': 'a"b;filename=c.html',
}
# What is written, what is stored, and what the list shows.
WORDS = {
    "nothing": ("", "", ""),
    "no width": ("\u200d\u200d", "\u200d\u200d", None),
    "a family": ("\U0001f469\u200d\U0001f467 hi", "\U0001f469\u200d\U0001f467 hi", None),
    "from the right": ("\u202eevil\u202c שלום", "\u202eevil\u202c שלום", None),
    "marks on marks": ("e" + "\u0301" * 3000, "e" + "\u0301" * 3000, None),
    "two million": ("x" * 2_000_000, "x" * 100_000, "x" * 99),
    "a tag": ("<script>alert(1)</script>", "<script>alert(1)</script>", "<script>alert(1)</script>"),
}  # fmt: skip


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written()).conversation


def test_names_of_files_lead_nowhere(mailbox):
    parts = "".join(
        "--b\r\nContent-Type: text/csv\r\n"
        f"Content-Disposition: attachment; filename*=utf-8''{quote(name)}\r\n\r\n{number}\r\n"
        for number, name in enumerate(NAMES)
    )
    kind = {"Content-Type": "multipart/mixed; boundary=b"}

    message = post(mailbox, written(f"{parts}--b--\r\n", **kind))

    with scope(mailbox.workspace):
        files = list(Attachment.objects.filter(message=message).order_by("pk"))
    assert [file.name for file in files] == list(NAMES.values())
    for file in files:
        place = file.key.removeprefix(f"{mailbox.workspace.pk}/")
        assert not any(
            said in place for said in ("passwd", "htaccess", "boot", "..", "aux", "x" * 9)
        )
    assert len({file.key for file in files}) == len(NAMES)


def test_words_of_every_kind_are_stored_and_shown(mailbox, operator_client, workspace):
    for number, (name, (said, stored, shown)) in enumerate(WORDS.items()):
        kind = {"content_type": "text/plain; charset=utf-8"}
        raw = written(said, message_id=f"<{number}@x>", subject=name, **kind)
        message = post(mailbox, raw)
        conversation = reread(message.conversation)
        page = operator_client.get(f"/{workspace.slug}/inbox/{conversation.number}/")

        assert message.text == stored, name
        assert shown is None or conversation.preview.startswith(shown), name
        assert page.status_code == 200, name
        assert "<script>alert" not in page.content.decode(), name


def test_mails_within_mails_are_one_file(mailbox):
    within = "Content-Type: message/rfc822\r\n\r\nSubject: x\r\n" * 2000
    raw = b"From: ada@example.test\r\nMessage-ID: <1@x>\r\n" + within.encode() + b"\r\nhi"

    message = post(mailbox, raw)

    with scope(mailbox.workspace):
        [file] = Attachment.objects.filter(message=message)
    assert (message.text, file.name, file.content_type) == ("", "x.eml", "message/rfc822")
    assert file.size > 80_000


def test_a_number_in_a_subject_leads_nowhere(mailbox, conversation):
    here = reread(conversation)
    for number, subject in enumerate((f"#{here.number}", f"[#{here.number}] A bell", "Re: A bell")):
        said = written("Me", sender=MALLORY, subject=subject, message_id=f"<n{number}@evil.test>")
        assert post(mailbox, said).conversation_id != conversation.pk, subject


def test_a_code_that_a_program_sends_is_shown_to_no_visitor(workspace, mailbox, channel):
    """Whoever has a reply address could have a service send its codes there, and read them in the chat."""
    chat = factories.make_conversation(channel, "ada")
    with scope(workspace):
        change_contact(
            Contact.objects.get(pk=chat.contact_id), email="ada@example.test", actor=None
        )
        chat.messages.update(mailed_at=timezone.now())  # they were told of an answer by mail
        address = reply_address(ADDRESS, chat.public_id, reply_key())
    facts = {"to": address, "sender": "ada@example.test"}

    code = post(mailbox, written(CODE, auto_submitted="auto-generated", **facts))
    others = post(
        mailbox, written(CODE, to=address, sender="no-reply@bank.test", message_id="<2@x>")
    )
    theirs = post(mailbox, written("It is me", message_id="<3@x>", **facts))

    assert chat.pk not in {code.conversation_id, others.conversation_id}
    assert theirs.conversation_id == chat.pk
    with scope(workspace):
        assert not chat.messages.filter(text__contains="471").exists()


def test_two_of_us_who_write_to_each_other_soon_fall_silent(workspace, elsewhere, settle):
    reply = {"do": "reply", "with": "We have your message.", "named": "We have it"}
    desks = [make_mail_channel(workspace, "a@a.test"), make_mail_channel(elsewhere, "b@b.test")]
    for desk in desks:
        with scope(desk.workspace):
            facts = {"is_on": True, "stops": False, "conditions": every(), "actor": None}
            on = ["opened", "received"]
            keep_rule(None, name="Received", triggers=on, actions=[reply], **facts)
    waiting = [(desks[0], written("Hello", sender="b@b.test", to="a@a.test"))]
    sent: list[bytes] = []

    while waiting and len(sent) < 9:
        desk, raw = waiting.pop()
        post(desk, raw)
        while settle(desk.workspace):
            pass
        with scope(desk.workspace):
            for ours in Message.objects.filter(kind=MessageKind.OUTGOING, attempts=0):
                head, text, html = prepare_mail(ours)
                sent.append(compose(head, text, (), html))
                other = next(one for one in desks if one != desk)
                waiting.append((other, sent[-1]))
            Message.objects.filter(kind=MessageKind.OUTGOING).update(attempts=1)

    assert len(sent) == 1
    assert b"Auto-Submitted: auto-" in sent[0]


def test_copies_are_told_nothing_by_a_program(mailbox, settle, workspace):
    """Nobody but who wrote gets an automatic answer, whatever other addresses the mail names."""
    with scope(workspace):
        reply = {"do": "reply", "with": "We have it.", "named": "We have it."}
        facts = {"is_on": True, "stops": False, "conditions": every(), "actor": None}
        keep_rule(None, name="Received", triggers=["opened"], actions=[reply], **facts)
    raw = written(
        "Hello", cc=f"boss@example.test, {ADDRESS}", reply_to="victim@far.test, list@far.test",
        message_id=f"<{uuid4()}@x>", subject="Another",
    )  # fmt: skip
    talk = post(mailbox, raw).conversation
    while settle(workspace):
        pass

    with scope(workspace):
        [ours] = talk.messages.filter(kind=MessageKind.OUTGOING)
        head, _, _ = prepare_mail(ours)
    assert head.envelope == ("ada@example.test",)
