"""Programs write first: a conversation begins with a mail, once, to whom they may write."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions.api_tokens import create_workspace_token
from accounts.enums import Role, TokenScope
from accounts.tenancy import scope
from inbox.models import Channel, Contact, Conversation, Message
from tests import factories
from tests.api.conftest import Api
from tests.mail.posting import ADDRESS, make_mail_channel, post, written

KEY = {"Idempotency-Key": "first"}


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def said(mailbox):
    return {
        "channel": mailbox.pk, "to": ["Ada <ada@example.test>"], "cc": ["liv@example.test"],
        "subject": "Your bell", "text": "It is here.",
    }  # fmt: skip


def begun(workspace):
    with scope(workspace):
        return list(Conversation.objects.order_by("pk"))


def test_a_conversation_begins_with_a_mail_once(api, operator, workspace, said, mailbox):
    first, again = (api.post("conversations/", said, **KEY) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    shown = first.json()
    assert shown["subject"] == "Your bell"
    assert shown["channel"]["id"] == mailbox.pk
    assert shown["contact"]["email"] == "ada@example.test"
    assert shown["assignee"]["id"] == operator.pk
    [conversation] = begun(workspace)
    with scope(workspace):
        message = Message.objects.get()
        people = message.mail.people
    assert (message.text, message.state) == ("It is here.", "queued")
    assert not message.can_be_taken_back
    assert [one["address"] for one in people["to"] + people["cc"]] == [
        "ada@example.test",
        "liv@example.test",
    ]
    assert api.get(f"conversations/{conversation.number}/messages/").status_code == 200


def test_a_contact_is_written_to_by_their_id(api, workspace, said, mailbox):
    known = post(mailbox, written(sender="Eve <eve@example.test>")).conversation
    said = {name: said[name] for name in ("channel", "subject")} | {"html": "<p>A <b>bell</b></p>"}

    answer = api.post("conversations/", said | {"contact": known.contact_id})

    assert answer.status_code == 201
    assert answer.json()["contact"]["id"] == known.contact_id
    assert answer.json()["number"] != known.number
    with scope(workspace):
        assert Message.objects.latest("pk").text == "A bell"


def test_a_token_of_the_workspace_assigns_it_to_nobody(client, workspace, super_admin, said):
    with scope(workspace):
        facts = {"name": "Shop", "scope": TokenScope.WRITE, "role": Role.OPERATOR}
        ends = timezone.now() + timedelta(days=1)
        _, secret = create_workspace_token(**facts, expires_at=ends, actor=super_admin)

    answer = Api(client, secret).post("conversations/", said)

    assert (answer.status_code, answer.json()["assignee"]) == (201, None)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": []}, 400),
        ({"to": None}, 400),
        ({"to": ["nobody"]}, 422),
        ({"to": [ADDRESS]}, 422),
        ({"subject": ""}, 400),
        ({"subject": " \t"}, 400),
        ({"text": " "}, 422),
        ({"channel": 987654}, 400),
        ({"channel": "webchat"}, 422),
        ({"channel": "elsewhere"}, 400),
        ({"contact": 987654}, 400),
        ({"contact": 987654, "to": None}, 400),
        ({"surprise": 1}, 400),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_begin_is_refused_in_words(
    api, workspace, elsewhere, said, channel, change, code
):
    there = make_mail_channel(elsewhere)
    ids = {"webchat": channel.pk, "elsewhere": there.pk}
    change = {
        name: ids.get(value, value) if name == "channel" else value
        for name, value in change.items()
    }
    body = {name: value for name, value in (said | change).items() if value is not None}

    answer = api.post("conversations/", body)

    assert answer.status_code == code, answer.content
    assert begun(workspace) == []
    with scope(workspace):
        assert not Message.objects.exists()


def test_a_contact_that_one_may_not_see_is_none(api_of, workspace, said, mailbox):
    team = factories.make_team(workspace)
    known = post(mailbox, written(sender="Eve <eve@example.test>")).conversation
    with scope(workspace):
        Conversation.objects.filter(pk=known.pk).update(team=team)
    limited = factories.make_membership(workspace, limited=True)
    body = {name: value for name, value in said.items() if name not in {"to", "cc"}}

    answer = api_of(limited).post("conversations/", body | {"contact": known.contact_id})

    assert answer.status_code == 400
    assert len(begun(workspace)) == 1


def test_who_only_reads_begins_nothing(api_of, operator, workspace, said):
    assert api_of(operator, TokenScope.READ).post("conversations/", said).status_code == 403
    assert begun(workspace) == []


def test_a_channel_that_is_switched_off_sends_nothing(api, workspace, said):
    with scope(workspace):
        Channel.objects.update(enabled=False)

    assert api.post("conversations/", said).status_code == 422
    with scope(workspace):
        assert not Contact.objects.exists()
