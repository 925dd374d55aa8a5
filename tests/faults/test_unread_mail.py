"""Replies that a chat's visitor has not read go by mail: once, in one, and only while unread."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.letters import send_letter
from accounts.models import Letter
from accounts.tenancy import scope
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_receipt, record_sent
from inbox.actions.spam import mark_spam
from inbox.actions.unread import owe_unread_replies
from inbox.connectors.mail import sending
from inbox.connectors.mail.reading import read_mail
from inbox.enums import MessageKind, MessageState
from inbox.models import Contact, Conversation, Message
from inbox.unread_mail import mail_unread_replies
from tests.mail.posting import ADDRESS, make_mail_channel, post, written
from tests.support.smtp import MailServer

EMAIL = "ada@example.test"


@pytest.fixture
def server(settings, monkeypatch):
    server = MailServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = False
    monkeypatch.setattr(sending, "PATIENCE", 1)
    yield server
    server.close()


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def chat(workspace, mailbox, server, conversation):
    with scope(workspace):
        Contact.objects.update(email=EMAIL)
    return conversation


def reply(chat, operator, text):
    with scope(chat.workspace):
        conversation = Conversation.objects.with_people().get(pk=chat.pk)
        message = send_message(conversation, text=text, actor=operator)
        past = timezone.now() - timedelta(seconds=1)
        Message.objects.filter(pk=message.pk).update(send_at=past)
        record_sent(claim_message(message.pk), external_id="")
        return message


def time_passes(chat, *, bells=1):
    """Do what the clock and workers do when the visitor has been away for long enough."""
    with scope(chat.workspace):
        past = timezone.now() - timedelta(seconds=1)
        Conversation.objects.filter(mail_due_at__isnull=False).update(mail_due_at=past)
        Letter.objects.filter(state="queued").update(send_at=past, leased_until=None)
    mail_unread_replies()
    with scope(chat.workspace):
        letters = list(Letter.objects.values_list("pk", flat=True))
    for _ in range(bells):
        for letter_id in letters:
            send_letter(workspace_id=chat.workspace_id, letter_id=letter_id)


def read(raw):
    return read_mail(raw, now=timezone.now())


def reread(message):
    with scope(message.workspace):
        return Message.objects.get(pk=message.pk)


def test_what_is_unread_goes_in_one_mail_and_once(chat, operator, server):
    first, second = reply(chat, operator, "It is red."), reply(chat, operator, "Or blue.")

    time_passes(chat, bells=2)
    time_passes(chat, bells=2)

    [mail] = [read(raw) for raw in server.mails]
    assert (mail.sender.address, mail.to[0].address) == (ADDRESS, EMAIL)
    assert "It is red." in mail.text
    assert "Or blue." in mail.text
    assert mail.automatic
    assert server.envelopes == [[EMAIL]]
    assert reread(first).mailed_at == reread(second).mailed_at is not None


def test_later_replies_go_in_a_mail_of_their_own(chat, operator, server):
    reply(chat, operator, "It is red.")
    time_passes(chat)
    reply(chat, operator, "Or blue.")
    time_passes(chat)

    texts = [read(raw).text for raw in server.mails]
    assert ["It is red." in text for text in texts] == [True, False]
    assert ["Or blue." in text for text in texts] == [False, True]


def test_what_is_read_meanwhile_goes_to_nobody(chat, operator, server):
    reply(chat, operator, "It is red.")
    with scope(chat.workspace):
        read_up_to = Conversation.objects.get(pk=chat.pk).public_seq
        record_receipt(chat, state=MessageState.READ, up_to=read_up_to, at=timezone.now())

    time_passes(chat)

    assert server.mails == []


def test_what_is_read_while_the_mail_waits_goes_to_nobody(chat, operator, server):
    reply(chat, operator, "It is red.")
    with scope(chat.workspace):
        Conversation.objects.update(mail_due_at=timezone.now())
        assert owe_unread_replies(chat.pk)
        seq = Conversation.objects.get(pk=chat.pk).public_seq
        record_receipt(chat, state=MessageState.READ, up_to=seq, at=timezone.now())

    time_passes(chat)

    assert server.mails == []
    with scope(chat.workspace):
        assert Letter.objects.count() == 0


@pytest.mark.parametrize("why", ["no address", "spam"])
def test_nobody_is_mailed_who_left_no_address_or_sent_spam(chat, operator, server, why):
    reply(chat, operator, "It is red.")
    with scope(chat.workspace):
        if why == "spam":
            mark_spam(chat, actor=operator)
        else:
            Contact.objects.update(email="")

    time_passes(chat)

    assert server.mails == []


def test_a_worker_that_dies_after_the_mail_server_took_it_repeats_the_same_mail(
    chat, operator, server, monkeypatch
):
    message = reply(chat, operator, "It is red.")
    monkeypatch.setattr("accounts.letters.record_sent", death)
    with pytest.raises(SystemExit):
        time_passes(chat)
    assert reread(message).mailed_at is None
    monkeypatch.undo()
    monkeypatch.setattr(sending, "PATIENCE", 1)

    reply(chat, operator, "Or blue.")
    time_passes(chat)

    ids = [read(raw).message_id for raw in server.mails]
    assert len(ids) == 2
    assert ids[0] == ids[1]
    assert reread(message).mailed_at is not None


@pytest.mark.parametrize("fault", [{"RCPT": "450 4.2.0 Later"}, {"END": "die"}, {"DATA": "die"}])
def test_what_may_pass_is_tried_again(chat, operator, server, fault):
    message = reply(chat, operator, "It is red.")
    server.answers |= fault
    time_passes(chat)
    assert (reread(message).mailed_at, reread(message).mail_error) == (None, "")

    server.answers.clear()
    time_passes(chat)

    assert len({read(raw).message_id for raw in server.mails}) == 1
    assert reread(message).mailed_at is not None


def death(letter):
    raise SystemExit


def test_a_refusal_is_shown_on_the_message_and_is_final(
    chat, operator, server, operator_client, workspace
):
    message = reply(chat, operator, "It is red.")
    server.answers["RCPT"] = "550 5.1.1 No such person"

    time_passes(chat)
    del server.answers["RCPT"]
    time_passes(chat)

    assert "5.1.1" in reread(message).mail_error
    assert server.mails == []
    page = operator_client.get(f"/{workspace.slug}/inbox/{chat.number}/").content.decode()
    assert "Unread, and not mailed either: The mail server refused: 550 5.1.1" in page


def test_the_answer_to_the_mail_goes_on_in_the_chat(
    chat, operator, server, mailbox, operator_client, workspace
):
    ours = reply(chat, operator, "It is red.")
    time_passes(chat)
    page = operator_client.get(f"/{workspace.slug}/inbox/{chat.number}/").content.decode()
    assert "Sent by mail" in page
    to = read(server.mails[0]).reply_to[0].address

    answer = post(mailbox, written("Then blue.", to=to, message_id="<a@example.test>"))
    again = post(mailbox, written("Then blue.", to=to, message_id="<a@example.test>", x_way="2"))
    stranger = written("Me too", sender="eve@evil.test", to=to, message_id="<b@evil.test>")
    other = post(mailbox, stranger)

    assert answer.conversation_id == again.conversation_id == chat.pk
    assert answer.pk == again.pk
    assert other.conversation_id != chat.pk
    assert (answer.kind, answer.text, answer.for_visitor()["text"]) == (
        MessageKind.INCOMING, "Then blue.", "Then blue.",
    )  # fmt: skip
    program = written(
        "Code 123", to=to, message_id="<c@example.test>", auto_submitted="auto-generated"
    )
    assert post(mailbox, program).conversation_id != chat.pk
    assert reread(ours).state == MessageState.READ
    time_passes(chat)
    assert len(server.mails) == 1
