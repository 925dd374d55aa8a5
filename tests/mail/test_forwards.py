"""A colleague passes a customer's mail on: the conversation is the customer's, if it is the colleague."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models import FollowUp
from accounts.tenancy import scope
from inbox import timeline
from inbox.actions.blocking import block_sender
from inbox.actions.recipients import suggest_recipients
from inbox.enums import MessageKind
from inbox.models import Conversation, Mail
from tests.mail.posting import post, written
from tests.mail.test_receiving import reread, sent_by_us
from tests.mail.test_trust import OURS

PASSED = """{words}
---------- Forwarded message ---------
From: Ada Lovelace <ada@example.test>
Date: Thu, Nov 19, 2026 at 9:00 AM
Subject: My bell
To: Olga <olga@acme.test>

It is broken.
"""


@pytest.fixture
def checking(workspace, mailbox):
    with scope(workspace):
        mailbox.config["authserv_id"] = OURS
        mailbox.save(update_fields=["config"])
    return mailbox


@pytest.fixture
def address(operator):
    """An address that an operator has shown to be theirs."""
    user = operator.user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user.email


def passed_on(address, words="Can somebody help her?\n", *, dmarc="pass", text=PASSED, **said):
    results = f"{OURS}; dmarc={dmarc} header.from=acme.test"
    said = {"subject": "Fwd: My bell", "authentication_results": results} | said
    return written(text.format(words=words), sender=f"Olga <{address}>", **said)


def read(message):
    with scope(message.workspace):
        return Mail.objects.get(message=message)


def test_it_is_its_first_authors_and_the_words_above_are_a_note(checking, operator, address):
    message = post(checking, passed_on(address))

    conversation = reread(message.conversation)
    assert conversation.handle.value == "ada@example.test"
    assert (conversation.subject, conversation.contact.name) == ("My bell", "Ada Lovelace")
    assert conversation.preview == "It is broken."
    assert conversation.waiting_since is not None
    with scope(checking.workspace):
        said = list(conversation.messages.order_by("seq"))
        assert [(one.kind, one.text, one.author) for one in said] == [
            (MessageKind.INCOMING, "It is broken.", None),
            (MessageKind.NOTE, "Can somebody help her?", operator),
        ]
        recipients = suggest_recipients(conversation).recipients
        assert [one.address for one in recipients] == ["ada@example.test"]
        assert FollowUp.objects.exists()
    mail = read(message)
    assert (mail.sender_address, mail.trust) == ("ada@example.test", "")
    assert mail.people["forwarded_by"][0]["address"] == address
    assert post(checking, passed_on(address)).pk == message.pk


def test_a_command_says_it_where_the_subject_does_not(checking, address):
    message = post(checking, passed_on(address, "@fwd Look\n", subject="Hm"))

    assert reread(message.conversation).handle.value == "ada@example.test"
    with scope(checking.workspace):
        assert message.conversation.messages.get(kind=MessageKind.NOTE).text == "Look"


def test_their_answer_goes_on_there(checking, address):
    conversation = post(checking, passed_on(address)).conversation
    sent_by_us(conversation)

    answer = post(checking, written("Thanks", message_id="<2@x>", in_reply_to="<ours@acme.test>"))

    assert answer.conversation_id == conversation.pk


@pytest.mark.parametrize("dmarc", ["fail", "none"])
def test_whoever_only_bears_a_colleagues_address_passes_nothing_on(checking, address, dmarc):
    message = post(checking, passed_on(address, dmarc=dmarc))

    assert reread(message.conversation).handle.value == address
    assert "forward_unproven" in read(message).problems
    with scope(checking.workspace):
        assert not Conversation.objects.filter(handle__value="ada@example.test").exists()
        assert not message.conversation.messages.filter(kind=MessageKind.NOTE).exists()


def test_nothing_is_believed_where_no_server_checks(mailbox, address):
    message = post(mailbox, passed_on(address))

    assert reread(message.conversation).handle.value == address
    assert "forward_unproven" in read(message).problems


def test_a_strangers_forward_is_theirs(checking, operator, address):
    for number, sender in enumerate(("bob@acme.test", "ada@acme.test"), 3):
        mail = passed_on(sender, message_id=f"<{number}@x>")
        message = post(checking, mail)
        assert reread(message.conversation).handle.value == sender
        assert not any(said.startswith("forward") for said in read(message).problems)
    EmailAddress.objects.filter(email=address).update(verified=False)
    message = post(checking, passed_on(address, message_id="<5@x>"))
    assert reread(message.conversation).handle.value == address


def test_what_names_nobody_says_so_on_the_screen(workspace, checking, address, operator_client):
    message = post(checking, passed_on(address, text="Look\n\nIt is broken."))

    assert "forward_unread" in read(message).problems
    url = f"/{workspace.slug}/inbox/{message.conversation.number}/"
    page = operator_client.get(url).content.decode()
    assert "it does not say by which address its first author is reached" in page


def test_a_blocked_author_stays_blocked_and_others_workspaces_know_nobody(
    elsewhere, checking, address
):
    with scope(checking.workspace):
        block_sender("example.test", actor=None)

    message = post(checking, passed_on(address))

    assert reread(message.conversation).is_spam
    with scope(elsewhere):
        assert not Conversation.objects.exists()
        assert not timeline.Event.objects.filter(kind="message.received").exists()


def test_who_takes_part_answers_and_passes_nothing_on(checking, address):
    conversation = post(checking, written()).conversation
    sent_by_us(conversation, to=address)

    answer = post(checking, passed_on(address, in_reply_to="<ours@acme.test>", message_id="<7@x>"))

    assert answer.conversation_id == conversation.pk
    assert read(answer).sender_address == address
    assert "forwarded_by" not in read(answer).people
