"""Mails become messages: whose, in which conversation, and with what consequences."""

import pytest

from accounts.models import FollowUp
from accounts.tenancy import scope
from inbox.actions.lifecycle import close_conversation
from inbox.actions.mail_threads import reply_key
from inbox.connectors.mail.threads import reply_address
from inbox.enums import DeliveryState, MessageKind, MessageState, Status
from inbox.models import (
    Attachment,
    Contact,
    ContactHandle,
    Conversation,
    Mail,
    Message,
)
from tests.mail.posting import ADDRESS, deliveries, make_mail_channel, post, written

MALLORY = "Mallory <mallory@evil.test>"


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written()).conversation


def sent_by_us(conversation, mail_id="ours@acme.test", to="ada@example.test"):
    """Put a reply of ours there, as if it had been sent."""
    with scope(conversation.workspace):
        conversation = Conversation.objects.get(pk=conversation.pk)
        message = Message.objects.create(
            conversation=conversation,
            channel=conversation.channel,
            kind=MessageKind.OUTGOING,
            text="Here you are",
            seq=900,
            is_mail=True,
        )
        Mail.objects.create(
            message=message,
            channel=conversation.channel,
            mail_id=mail_id,
            people={"to": [{"name": "", "address": to}]},
        )
        return message


def reread(conversation):
    with scope(conversation.workspace):
        return Conversation.objects.with_people().get(pk=conversation.pk)


def test_a_mail_opens_a_conversation(workspace, mailbox):
    message = post(mailbox, written("My bell is broken.\n\n-- \nAda"))

    conversation = reread(message.conversation)
    assert (message.text, message.kind) == ("My bell is broken.", MessageKind.INCOMING)
    assert (conversation.subject, conversation.status) == ("A bell", Status.OPEN)
    assert (conversation.handle.value, conversation.contact.email) == ("ada@example.test",) * 2
    assert conversation.waiting_since is not None
    with scope(workspace):
        mail = Mail.objects.get()
        assert mail.whole_text.endswith("Ada")
        assert (mail.mail_id, mail.to) == ("1@example.test", [{"name": "", "address": ADDRESS}])
        # Its contact was heard, it counts as new, rules are tried, somebody is to have it, and an
        # answer is promised.
        assert FollowUp.objects.count() == 5


def test_an_answer_to_ours_goes_on_with_it_and_reopens_it(mailbox, conversation, operator):
    sent_by_us(conversation)
    with scope(mailbox.workspace):
        close_conversation(conversation, actor=operator)

    answer = written("Thanks", message_id="<2@example.test>", in_reply_to="<ours@acme.test>")
    message = post(mailbox, answer)

    assert message.conversation_id == conversation.pk
    assert reread(conversation).is_open


def test_references_are_tried_from_the_nearest(mailbox, conversation):
    other = post(mailbox, written("Other", message_id="<other@example.test>")).conversation

    said = written(
        "And?", message_id="<3@example.test>", references="<other@example.test> <1@example.test>"
    )
    assert post(mailbox, said).conversation_id == conversation.pk != other.pk


def test_a_reply_address_leads_into_its_conversation(mailbox, conversation):
    with scope(mailbox.workspace):
        address = reply_address(ADDRESS, conversation.public_id, reply_key())

    message = post(mailbox, written("Me again", to=address.upper(), message_id="<9@x.test>"))

    assert message.conversation_id == conversation.pk


@pytest.mark.parametrize("change", [lambda token: token[:-4] + "aaaa", lambda token: "c.1"])
def test_a_forged_reply_address_leads_nowhere(mailbox, conversation, change):
    with scope(mailbox.workspace):
        local, domain = reply_address(ADDRESS, conversation.public_id, reply_key()).split("@")

    message = post(mailbox, written("Me", to=f"{change(local)}@{domain}", message_id="<9@x.test>"))

    assert message.conversation_id != conversation.pk


def test_a_stranger_with_the_right_references_gets_a_conversation_of_their_own(
    mailbox, conversation
):
    with scope(mailbox.workspace):
        address = reply_address(ADDRESS, conversation.public_id, reply_key())

    message = post(
        mailbox,
        written("Send it to me", sender=MALLORY, to=address, message_id="<m@evil.test>",
                in_reply_to="<1@example.test>"),
    )  # fmt: skip

    assert message.conversation_id != conversation.pk
    with scope(mailbox.workspace):
        mail = Mail.objects.get(message=message)
        assert (mail.refers_to_id, mail.problems) == (conversation.pk, ["no_date", "stranger"])


def test_whom_a_contact_copies_in_takes_no_part_until_we_write_to_them(mailbox):
    first = post(mailbox, written(cc=MALLORY))
    theirs = post(
        mailbox,
        written("Me too", sender=MALLORY, message_id="<2@evil.test>", in_reply_to="<1@example.test>"),
    )  # fmt: skip
    sent_by_us(first.conversation, to="mallory@evil.test")
    later = post(
        mailbox,
        written("Now", sender=MALLORY, message_id="<3@evil.test>", in_reply_to="<ours@acme.test>"),
    )  # fmt: skip

    assert theirs.conversation_id != first.conversation_id
    assert later.conversation_id == first.conversation_id


def test_other_channels_and_workspaces_are_never_searched(mailbox, conversation, elsewhere):
    sales = make_mail_channel(mailbox.workspace, "sales@acme.test")
    theirs = make_mail_channel(elsewhere)

    for channel in (sales, theirs):
        said = written("Hi", message_id="<2@example.test>", in_reply_to="<1@example.test>")
        assert post(channel, said).conversation_id != conversation.pk


@pytest.mark.parametrize("sender", [None, "", "undisclosed-recipients:;", "a@[", "x@a.b)y@c.d"])
def test_a_mail_of_nobody_has_a_contact_of_its_own(mailbox, sender):
    message = post(mailbox, written(sender=sender))

    assert "@" not in reread(message.conversation).handle.value


def test_two_senders_are_nobody(mailbox):
    message = post(mailbox, written(sender="Ada <ada@example.test>\r\nFrom: b@example.test"))

    with scope(mailbox.workspace):
        assert not ContactHandle.objects.filter(value="ada@example.test").exists()
        assert "several_senders" in Mail.objects.get(message=message).problems


def test_a_program_reopens_nothing_and_waits_for_nothing(mailbox, conversation, operator):
    with scope(mailbox.workspace):
        close_conversation(conversation, actor=operator)

    said = written("I am away", message_id="<2@x.test>", in_reply_to="<1@example.test>",
                   auto_submitted="auto-replied")  # fmt: skip
    message = post(mailbox, said)

    after = reread(conversation)
    assert message.conversation_id == conversation.pk
    assert (after.status, after.waiting_since) == (Status.CLOSED, None)


def bounce(mail_id, status="5.1.1", address="ada@example.test"):
    action = "failed" if status.startswith("5") else "delayed"
    return (
        "From: MAILER-DAEMON@mx.test\r\nSubject: Undelivered\r\nMessage-ID: <b@mx.test>\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.test\r\n\r\nFinal-Recipient: rfc822; {address}\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 no such user\r\n"
        f"\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{mail_id}>\r\n--b--\r\n"
    ).encode()


@pytest.mark.parametrize(
    ("mail", "state"),
    [
        (bounce("ours@acme.test"), MessageState.FAILED),
        (bounce("ours@acme.test", "4.4.7"), MessageState.SENT),
        (bounce("ours@acme.test", address="eve@example.test"), MessageState.SENT),
        (bounce("forged@acme.test"), MessageState.SENT),
    ],
)
def test_a_bounce_fails_exactly_what_it_names(mailbox, conversation, mail, state):
    reply = sent_by_us(conversation)

    post(mailbox, mail)

    with scope(mailbox.workspace):
        reply = Message.objects.get(pk=reply.pk)
    assert reply.state == state
    assert ("no such user" in reply.error) == (state == MessageState.FAILED)


def test_a_bounce_of_another_workspace_changes_nothing_here(mailbox, conversation, elsewhere):
    reply = sent_by_us(conversation)

    post(make_mail_channel(elsewhere), bounce("ours@acme.test"))

    with scope(mailbox.workspace):
        assert Message.objects.get(pk=reply.pk).state == MessageState.SENT


def test_a_contact_is_joined_only_to_whom_a_site_vouched_for(workspace, mailbox):
    with scope(workspace):
        for address, verified in (("ada@example.test", True), ("bob@example.test", False)):
            known = Contact.objects.create(name="Known", email=address)
            ContactHandle.objects.create(
                contact=known, channel_kind="webchat", value=address, verified=verified
            )

    joined = post(mailbox, written())
    apart = post(mailbox, written(sender="Bob <bob@example.test>", message_id="<b@example.test>"))

    assert reread(joined.conversation).contact.name == "Known"
    assert reread(apart.conversation).contact.name == "Bob"


def test_what_a_mail_brings_is_attached(mailbox):
    raw = (
        b"From: ada@example.test\r\nMessage-ID: <f@x>\r\nContent-Type: multipart/mixed; boundary=b"
        b"\r\n\r\n--b\r\n\r\nSee\r\n--b\r\nContent-Type: text/csv; name=a.csv\r\n\r\n1,2\r\n--b--\r\n"
    )

    message = post(mailbox, raw)
    post(mailbox, b"Received: x\r\n" + raw)

    with scope(mailbox.workspace):
        attached = Attachment.objects.get(message=message)
        assert (attached.name, attached.size) == ("a.csv", 3)
        assert Attachment.objects.stored().count() == 1


def test_what_cannot_be_read_is_put_aside_with_its_reason(mailbox):
    post(mailbox, b" \r\n")

    (kept,) = deliveries(mailbox)
    assert (kept.state, kept.error) == (DeliveryState.UNREADABLE, "empty")
    assert post(mailbox, written()) is not None
