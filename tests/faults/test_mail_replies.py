"""Replies by mail, to a server that refuses, hangs and dies: threaded, sent or shown as failed."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import MOST_DEATHS, retry_message
from inbox.connectors.base import TemporaryConnectorError
from inbox.connectors.mail import sending
from inbox.connectors.mail.reading import read_mail
from inbox.enums import MessageState
from inbox.models import Conversation, Mail, Message
from inbox.tasks import deliver
from tests.mail.posting import ADDRESS, make_mail_channel, post, written
from tests.support.smtp import MailServer

LONG_ID = f"{'AM7PR04MB6821' * 6}@eurprd04.prod.outlook.example"


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
def conversation(mailbox):
    said = written(
        "Is it red?", subject="=?utf-8?B?w5xiZXJn?= bell", message_id=f"<{LONG_ID}>",
        references=" ".join(f"<{n}-{LONG_ID}>" for n in range(20)),
    )  # fmt: skip
    return post(mailbox, said).conversation


@pytest.fixture
def reply(workspace, conversation, operator):
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        return send_message(conversation, text="It is red.", actor=operator)


def again(workspace, reply):
    """Try once more, as the clock would when the time has come; return how it stands then."""
    past = timezone.now() - timedelta(seconds=1)
    with scope(workspace):
        Message.objects.filter(pk=reply.pk, state="queued").update(send_at=past, leased_until=None)
    deliver(workspace, reply.pk)
    with scope(workspace):
        return Message.objects.get(pk=reply.pk)


def test_a_reply_continues_the_thread(workspace, conversation, reply, server, operator):
    sent = again(workspace, reply)

    [raw] = server.mails
    mail = message_from_bytes(raw, policy=policy.compat32)
    assert sent.state == MessageState.SENT
    assert sent.external_id == mail["Message-ID"].strip("<>")
    assert mail["In-Reply-To"] == f"<{LONG_ID}>"
    references = mail["References"].split()
    assert references[0] == f"<0-{LONG_ID}>"
    assert references[-1] == f"<{LONG_ID}>"
    assert sum(map(len, references)) < 1_500
    assert b"=?" not in raw.split(b"References:")[1].split(b"\r\nMIME")[0]
    read = read_mail(raw, now=timezone.now())
    assert read.subject == "Re: Überg bell"
    assert (read.sender.address, read.to[0].address) == (ADDRESS, "ada@example.test")
    assert read.new_text == "It is red."
    assert read.text.endswith("> Is it red?")
    assert read.automatic is False
    assert read.reply_to[0].address.startswith("support+c.")


def test_the_answer_to_a_reply_comes_back_by_its_address_alone(
    workspace, mailbox, conversation, reply, server
):
    again(workspace, reply)
    to = read_mail(server.mails[0], now=timezone.now()).reply_to[0].address

    message = post(mailbox, written("Thanks", to=to, message_id="<new@example.test>"))

    assert message.conversation_id == conversation.pk


def test_files_go_along(workspace, mailbox, conversation, operator, server):
    from io import BytesIO
    from uuid import uuid4

    from inbox import storage
    from inbox.actions.uploads import begin_upload, finish_upload, holder_of_member
    from inbox.files import Facts

    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        holder = holder_of_member(operator)
        file = begin_upload(uuid4(), name="цена.txt", holder=holder, conversation=conversation)
    storage.save(file.key, BytesIO(b"12"))
    with scope(workspace):
        finish_upload(file, Facts(2, "0" * 64, "text/plain"))
        reply = send_message(conversation, text="", actor=operator, attachments=[file.public_id])

    again(workspace, reply)

    [attached] = read_mail(server.mails[0], now=timezone.now()).files
    assert (attached.name, attached.content) == ("цена.txt", b"12")


@pytest.mark.parametrize(
    ("answers", "taken"),
    [({"MAIL": "die"}, 0), ({"RCPT": "die"}, 0), ({"DATA": "die"}, 0), ({"RCPT": "421 bye"}, 0),
     ({"RCPT": "450 4.7.1 later"}, 0), ({"END": "451 4.3.0 busy"}, 0),
     ({"MAIL": "421 4.3.2 closing"}, 0), ({"END": "452 4.3.1 disk full"}, 0),
     ({"RCPT": "450 4.2.0 greylisted"}, 0), ({"EHLO": "hang"}, 0), ({"MAIL": "hang"}, 0),
     ({"RCPT": "hang"}, 0), ({"DATA": "hang"}, 0)],
)  # fmt: skip
def test_what_may_pass_is_tried_again_under_the_same_id(workspace, reply, server, answers, taken):
    server.answers = answers
    waiting = again(workspace, reply)
    assert waiting.state == MessageState.QUEUED
    assert waiting.error.startswith("The mail server ")
    assert waiting.send_at > timezone.now()

    server.answers = {}
    sent = again(workspace, reply)

    assert sent.state == MessageState.SENT
    assert len(server.mails) == taken + 1
    ids = {message_from_bytes(raw)["Message-ID"] for raw in server.mails}
    assert ids == {f"<{sent.external_id}>"}


def test_a_sender_that_dies_before_it_has_noted_that_the_mail_is_out_repeats_the_same_mail(
    workspace, reply, server, monkeypatch
):
    def die(*_, **__):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("inbox.tasks.record_outcome", die)
        with pytest.raises(SystemExit):
            deliver(workspace, reply.pk)
    deliver(workspace, reply.pk)  # too early: it may live
    assert len(server.mails) == 1

    with scope(workspace):
        Message.objects.filter(pk=reply.pk).update(leased_until=timezone.now())
    deliver(workspace, reply.pk)

    with scope(workspace):
        assert Message.objects.get(pk=reply.pk).state == MessageState.SENT
    first, second = (message_from_bytes(raw)["Message-ID"] for raw in server.mails)
    assert first == second


@pytest.mark.parametrize("end", ["die", "hang"])
def test_what_may_have_gone_out_is_shown_and_sent_again_by_a_person_alone(
    workspace, conversation, reply, server, operator, end
):
    with scope(workspace):
        close_conversation(conversation, actor=operator, reply=reply)
    server.answers = {"END": end}

    unsure = again(workspace, reply)

    assert unsure.state == MessageState.UNKNOWN
    assert "may have passed it on" in unsure.error
    again(workspace, reply)
    assert len(server.mails) == 1
    with scope(workspace):
        assert Conversation.objects.get(pk=conversation.pk).is_open
        retry_message(unsure, actor=operator)
    server.answers = {}
    assert again(workspace, reply).state == MessageState.SENT
    assert len({message_from_bytes(raw)["Message-ID"] for raw in server.mails}) == 1


def test_a_server_that_dies_before_the_last_dot_has_taken_nothing(server):
    raw = b"Subject: long\r\n\r\n" + b"0123456789abcde\r\n" * 1_500_000
    server.answers = {"BODY": "die"}
    line = sending.Server(host="127.0.0.1", port=server.port, tls="none", is_trusted=True)

    with pytest.raises(TemporaryConnectorError):
        sending.hand_over(line, raw, sender=ADDRESS, to=["ada@example.test"], name="1")

    assert server.mails == []


@pytest.mark.parametrize(
    "answers",
    [{"RCPT": "550 5.1.1 no such user"}, {"END": "552 5.3.4 too big"}, {"MAIL": "554 5.7.1 not you"}],
)  # fmt: skip
def test_a_refusal_for_good_is_shown_in_the_servers_words(workspace, reply, server, answers):
    server.answers = answers

    failed = again(workspace, reply)

    assert failed.state == MessageState.FAILED
    assert failed.error == f"The mail server refused: {next(iter(answers.values()))}"
    assert server.mails == []


def test_a_mail_whose_writing_kills_its_worker_is_given_up_and_the_next_one_goes(
    workspace, conversation, reply, server, operator, monkeypatch
):
    """Written in the transaction that counts the attempt, it would be tried for ever."""
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        following = send_message(conversation, text="Or blue.", actor=operator)

    def die(message):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("inbox.tasks.prepare_mail", die)
        for _ in range(MOST_DEATHS):
            with pytest.raises(SystemExit):
                deliver(workspace, reply.pk)
            deliver(workspace, following.pk)  # in its turn
            with scope(workspace):
                Message.objects.filter(pk=reply.pk).update(leased_until=timezone.now())
        deliver(workspace, reply.pk)

    with scope(workspace):
        reply.refresh_from_db()
    assert (reply.state, reply.error) == (MessageState.FAILED, "Sending broke off 3 times.")
    assert again(workspace, following).state == MessageState.SENT


def test_a_mail_of_nobody_cannot_be_answered(workspace, mailbox, server, operator):
    conversation = post(mailbox, written(sender=None)).conversation
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        reply = send_message(conversation, text="Who?", actor=operator)

    assert "does not say who wrote it" in again(workspace, reply).error
    assert server.visits == 0


def test_the_id_is_stored_before_the_server_hears_of_the_mail(workspace, reply, server):
    server.answers = {"MAIL": "die"}

    again(workspace, reply)

    with scope(workspace):
        assert Mail.objects.get(message=reply).mail_id.startswith("c.")


def test_header_injection_makes_no_header(workspace, mailbox, server, operator):
    said = written(
        subject="=?utf-8?Q?a=0D=0ABcc:_evil@x.test?=",
        sender='"=?utf-8?Q?A=0D=0ABcc:_evil@x.test?=" <ada@example.test>',
    )  # fmt: skip
    conversation = post(mailbox, said).conversation
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        reply = send_message(conversation, text="Hi", actor=operator)

    again(workspace, reply)

    assert message_from_bytes(server.mails[0])["Bcc"] is None
