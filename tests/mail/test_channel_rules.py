"""What a mail channel is told of itself: whose name its mails bear, and what a new mail goes on with."""

import pytest

from accounts.tenancy import scope
from inbox.actions.channels import change_channel
from inbox.actions.lifecycle import close_conversation
from inbox.actions.mail_replies import prepare_mail
from inbox.actions.messaging import send_message
from inbox.models import Conversation
from tests.mail.posting import make_mail_channel, post, written


@pytest.fixture
def ruled(workspace):
    """Make a channel with such settings."""

    def ruled(**said):
        channel = make_mail_channel(workspace)
        with scope(workspace):
            return change_channel(channel, config=channel.config | said, actor=None)

    return ruled


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({}, "Olga"),
        ({"style": "alone", "name": "Halden"}, "Olga"),
        ({"style": "person", "name": "Halden"}, "Olga (Halden)"),
        ({"style": "person", "name": ""}, "Olga (WORKSPACE)"),
        ({"style": "company", "name": "Halden"}, "Halden"),
    ],
)
def test_a_mail_bears_the_name_that_the_channel_has(workspace, ruled, operator, said, name):
    conversation = post(ruled(**{"from": said}), written()).conversation
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        head, *_words = prepare_mail(send_message(conversation, text="Yes.", actor=operator))

    assert head.sender.name == name.replace("WORKSPACE", workspace.name)


def second(channel, subject="A bell", **headers):
    said = {"subject": subject, "message_id": "<2@example.test>"} | headers
    return post(channel, written("More", **said))


@pytest.mark.parametrize(
    ("rule", "subject", "goes_on"),
    [
        ("thread", "A bell", False),
        ("contact", "Something else", True),
        ("subject", "RE: Fwd:  a  BELL", True),
        ("subject", "=?utf-8?B?0J7RgtCyOiBBIGJlbGw=?=", True),
        ("subject", "Another bell", False),
    ],
    ids=["thread", "contact", "subject", "in Russian", "another"],
)
def test_a_new_mail_goes_where_the_rule_says(ruled, rule, subject, goes_on):
    channel = ruled(threading=rule)
    first = post(channel, written())

    message = second(channel, subject)

    assert (message.conversation_id == first.conversation_id) is goes_on


@pytest.mark.parametrize(
    "headers",
    [{"sender": "eve@example.test"}, {"Auto_Submitted": "auto-replied"}],
    ids=["others", "programs"],
)
def test_the_rule_lets_in_neither_others_nor_programs(ruled, headers):
    channel = ruled(threading="contact")
    first = post(channel, written())

    assert second(channel, **headers).conversation_id != first.conversation_id


def test_what_is_closed_stays_so(workspace, ruled, operator):
    channel = ruled(threading="contact")
    first = post(channel, written()).conversation
    with scope(workspace):
        close_conversation(first, actor=operator)

    assert second(channel).conversation_id != first.pk
