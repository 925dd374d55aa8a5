"""Writing first, and passing on: to whom it goes, what goes along, and who hears the answer."""

from uuid import uuid4

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.mail_words import signature_of
from inbox.actions.messaging import add_note
from inbox.enums import MessageKind, MessageState
from inbox.models import Contact, Conversation, Mail, Message
from tests import factories
from tests.mail.answering import answer, carry, read
from tests.mail.posting import ADDRESS, post, written

CLAIMS = "claims@packs.example"


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written("It blinks red")).conversation


def typed(mailbox, **more):
    facts = {"channel": mailbox.pk, "subject": "Your order", "text": "Hello", "client_id": uuid4()}
    return facts | {"to": "Ada <ada@example.test>"} | more


def last(workspace, kind=MessageKind.OUTGOING):
    with scope(workspace):
        found = Message.objects.filter(kind=kind).select_related("conversation")
        return found.order_by("-pk").first()


def forward(client, home, conversation, mailbox, **more):
    facts = typed(mailbox, to=CLAIMS, subject="Fwd: A bell") | more
    return client.post(f"{home}{conversation.number}/forward/", facts)


def test_a_first_message_opens_a_conversation_that_its_writer_has(
    workspace, mailbox, operator, operator_client, home, server
):
    said = typed(mailbox, cc="liv@example.test", subject=" Your\u2028order ")

    first = operator_client.post(f"{home}new/", said)
    again = operator_client.post(f"{home}new/", said)

    with scope(workspace):
        conversation = Conversation.objects.with_people().get()
        assert first["Location"] == again["Location"] == f"{home}{conversation.number}/"
        assert (conversation.assignee, conversation.subject) == (operator, "Your order")
        assert (conversation.contact.name, conversation.waiting_since) == ("Ada", None)
    carry(last(workspace))
    mail = read(server.mails[0])
    assert (mail["Subject"], mail["In-Reply-To"], mail["References"]) == ("Your order", None, None)
    assert server.envelopes == [["ada@example.test", "liv@example.test"]]
    answered = written("Thanks", message_id="<2@x>", in_reply_to=mail["Message-ID"])
    assert post(mailbox, answered).conversation_id == conversation.pk
    carry(answer(conversation, operator, "And one thing more", to="liv@example.test"))
    assert read(server.mails[1])["References"] == mail["Message-ID"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"to": "", "cc": " "}, "Say who is to get"),
        ({"subject": " "}, "what it is about"),
        ({"text": " "}, "Write something first"),
        ({"channel": 987654321}, "channel"),
        ({"to": "ada@example.test\nBcc: x@evil.test"}, "no line breaks"),
    ],
    ids=["nobody", "no-subject", "no-words", "no-channel", "injection"],
)
def test_what_cannot_be_sent_stands_there_as_it_was_typed(
    workspace, mailbox, operator_client, home, wrong, sentence
):
    refused = operator_client.post(f"{home}new/", typed(mailbox, cc="liv@example.test") | wrong)

    page = refused.content.decode()
    assert refused.status_code == 422
    assert sentence in page
    assert (">\nHello</textarea>" in page) == (wrong.get("text") is None)
    with scope(workspace):
        assert not Conversation.objects.exists()
        assert not Contact.objects.exists()


def test_a_channel_of_another_workspace_sends_nothing(
    workspace, elsewhere, mailbox, operator_client, home
):
    from tests.mail.posting import make_mail_channel

    theirs = make_mail_channel(elsewhere)

    assert operator_client.post(f"{home}new/", typed(theirs)).status_code == 422


def test_a_forward_takes_along_what_was_chosen_and_no_note(
    workspace, mailbox, conversation, operator, operator_client, home, server
):
    with scope(workspace):
        note = add_note(conversation, text="She is a thief", actor=operator)
        said = conversation.messages.get(kind=MessageKind.INCOMING)

    offered = operator_client.get(f"{home}{conversation.number}/forward/").content.decode()
    forward(operator_client, home, conversation, mailbox, messages=[said.pk], text="A claim")
    refused = forward(operator_client, home, conversation, mailbox, messages=[note.pk])
    nothing = forward(operator_client, home, conversation, mailbox)

    assert f'name="messages" value="{said.pk}" checked' in offered
    assert f'value="{note.pk}"' not in offered
    assert (refused.status_code, nothing.status_code) == (422, 422)
    carry(last(workspace, MessageKind.FORWARD))
    [raw] = server.mails
    text = read(raw).get_content()
    assert server.envelopes == [[CLAIMS]]
    assert (read(raw)["To"], read(raw)["Subject"]) == (CLAIMS, "Fwd: A bell")
    assert text.startswith("A claim")
    assert "It blinks red" in text
    assert "thief" not in text
    with scope(workspace):
        assert Message.objects.filter(kind=MessageKind.FORWARD).count() == 1
        after = Conversation.objects.get(pk=conversation.pk)
        assert (after.preview, after.public_seq) == ("It blinks red", 1)
        assert after.first_response_at is None


def test_files_are_passed_on_and_stay_where_they_were(
    workspace, mailbox, operator_client, home, server
):
    raw = (
        b"From: ada@example.test\r\nTo: support@acme.test\r\nMessage-ID: <f@x>\r\nSubject: A bell\r\n"
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee it\r\n--b\r\n"
        b"Content-Type: text/plain\r\nContent-Disposition: attachment; filename=label.txt\r\n\r\n12\r\n--b--\r\n"
    )
    message = post(mailbox, raw)
    with scope(workspace):
        file = message.attachments.get()

    forward(operator_client, home, message.conversation, mailbox, attachments=[file.public_id])
    strange = forward(operator_client, home, message.conversation, mailbox, attachments=[uuid4()])

    carry(last(workspace, MessageKind.FORWARD))
    [attached] = read(server.mails[0]).iter_attachments()
    assert (attached.get_filename(), attached.get_content().strip()) == ("label.txt", "12")
    assert strange.status_code == 422
    with scope(workspace):
        assert message.attachments.get() == file


def test_what_is_answered_to_a_forward_comes_back_and_the_contact_hears_nothing_of_it(
    workspace, mailbox, conversation, operator, operator_client, home, server
):
    with scope(workspace):
        said = conversation.messages.get(kind=MessageKind.INCOMING)
    forward(operator_client, home, conversation, mailbox, messages=[said.pk])
    carry(last(workspace, MessageKind.FORWARD))
    ours = read(server.mails[0])

    answered = written("We refuse her claim", sender=CLAIMS, message_id="<c@x>",
                       to=ours["Reply-To"], in_reply_to=ours["Message-ID"])  # fmt: skip
    back = post(mailbox, answered)
    page = operator_client.get(f"{home}{conversation.number}/").content.decode()
    carry(answer(conversation, operator, "Soon"))

    assert (back.conversation_id, back.kind) == (conversation.pk, MessageKind.ASIDE)
    assert back.public_seq is None
    assert "Answer to a forward" in page
    assert server.envelopes[-1] == ["ada@example.test"]
    assert b"refuse" not in server.mails[-1]
    assert "> It blinks red" in read(server.mails[-1]).get_content()


def test_a_chat_is_forwarded_by_mail_and_its_visitor_is_told_nothing(
    workspace, mailbox, channel, operator_client, home, server
):
    chat = factories.make_conversation(channel, text="It blinks")
    with scope(workspace):
        said = chat.messages.get()
        before = Conversation.objects.get(pk=chat.pk).public_seq
    forward(operator_client, home, chat, mailbox, messages=[said.pk])
    sent = carry(last(workspace, MessageKind.FORWARD))
    ours = read(server.mails[0])

    by_address = written("Noted", sender=CLAIMS, message_id="<n@x>", to=ours["Reply-To"])
    bounced = written("Gone", sender="MAILER-DAEMON@x.test", message_id="<b@x>",
                      subject="Undelivered mail", x_failed_recipients=CLAIMS,
                      in_reply_to=ours["Message-ID"])  # fmt: skip
    kinds = [post(mailbox, raw).kind for raw in (by_address, bounced)]

    assert sent.state == MessageState.SENT
    assert ours["From"].endswith(f"<{ADDRESS}>")
    assert kinds == [MessageKind.ASIDE, MessageKind.ASIDE]
    with scope(workspace):
        after = Conversation.objects.get(pk=chat.pk)
        assert after.public_seq == before
        assert {one.conversation_id for one in Message.objects.all()} == {chat.pk}
        assert Message.objects.get(pk=sent.pk).state == MessageState.FAILED


def test_from_and_signature_follow_the_channel_and_the_person(
    workspace, mailbox, conversation, operator, server
):
    with scope(workspace):
        mailbox.config |= {
            "from": {"style": "person"},
            "signature": "{name}\n{workspace} <{address}>",
        }
        mailbox.save(update_fields=["config"])
    carry(answer(conversation, operator, "Soon"))
    with scope(workspace):
        operator.signature = "Olga, {channel}"
        assert signature_of(mailbox, operator) == f"Olga, {mailbox.name}"

    mail = read(server.mails[0])
    assert mail["From"] == f'"Olga ({workspace.name})" <{ADDRESS}>'
    signed = f"Soon\n\n-- \nOlga Ivanova\n{workspace.name} <{ADDRESS}>\n\nOn "
    assert mail.get_content().replace("\r\n", "\n").startswith(signed)
    with scope(workspace):
        assert Mail.objects.filter(message__kind="outgoing").count() == 1
        assert Event.objects.filter(kind="message.sent").count() == 1
