"""Customers whom the site has signed in, and those who only say so."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.messaging import send_message
from inbox.models import Contact, ContactHandle, Conversation, Delivery, Message, VisitorSession
from inbox.tasks import deliver
from tests import factories
from tests.support.identity import sign_identity
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel):
    return Visitor(channel)


def counted(workspace):
    with scope(workspace):
        return [model.objects.count() for model in (Contact, Conversation, Message, Delivery)]


def reply(workspace, text, actor):
    with scope(workspace):
        message = send_message(Conversation.objects.get(), text=text, actor=actor)
    deliver(workspace, message.pk)


def identify(visitor, identity):
    return visitor.ask("POST", "identity/", {"identity": identity})


def test_a_signed_in_customer_is_known_on_every_device(workspace, channel):
    phone, laptop = Visitor(channel), Visitor(channel)
    for device in (phone, laptop):
        token = sign_identity(channel, sub="42", name="Ada Byron", email="ada@byron.test")
        assert identify(device, token).json() == {"name": "Ada Byron"}
    assert counted(workspace) == [0, 0, 0, 0]

    phone.say("From my phone")
    laptop.say("From my laptop")

    assert [said["text"] for said in phone.history()["messages"]] == [
        "From my phone",
        "From my laptop",
    ]
    with scope(workspace):
        contact = Contact.objects.get()
        assert (contact.name, contact.email) == ("Ada Byron", "ada@byron.test")
        assert ContactHandle.objects.get().verified


@pytest.mark.parametrize(
    "claims",
    [
        {"exp_in": -60},
        {"exp_in": 3600},
        {"exp": None},
        {"aud": "another"},
        {"aud": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 42},
        {"sub": "4\x002"},
        {"sub": "\ud800"},
        {"exp": "9999999999"},
        {"secret": "guessed" * 8},
        {"algorithm": "HS512"},
        {"algorithm": "none", "secret": ""},
        {"nbf_in": 600},
    ],
    ids=str,
)
def test_an_identity_that_does_not_hold_is_refused(workspace, channel, visitor, claims):
    response = identify(visitor, sign_identity(channel, **claims))

    assert (response.status_code, response.json()["code"]) == (401, "identity_invalid")
    with scope(workspace):
        assert not VisitorSession.objects.exists()


def test_a_name_loses_what_no_database_keeps(workspace, channel, visitor):
    token = sign_identity(channel, name="Ad\x00a \ud800Byron", email="ada\x00@byron.test")

    assert identify(visitor, token).json() == {"name": "Ada Byron"}
    with scope(workspace):
        assert VisitorSession.objects.get().email == "ada@byron.test"


def test_another_channels_identity_is_refused(workspace, visitor):
    foreign = sign_identity(factories.make_channel(workspace), aud=visitor.channel.key)

    assert identify(visitor, foreign).status_code == 401


@pytest.mark.parametrize("identity", ["", "x", "a.b.c", "e" * 4097, None, 5])
def test_an_identity_that_is_none_is_refused(workspace, visitor, identity):
    assert identify(visitor, identity).status_code in {400, 401}
    with scope(workspace):
        assert not VisitorSession.objects.exists()


def test_an_identity_ends(workspace, channel, visitor, time_machine):
    identify(visitor, sign_identity(channel))
    visitor.say("As myself")

    time_machine.move_to(timezone.now() + timezone.timedelta(hours=13))

    assert visitor.history()["messages"] == []


def test_a_channel_may_insist_on_identity(workspace):
    channel = factories.make_channel(workspace, identity_required=True)
    visitor = Visitor(channel)
    assert (visitor.say().status_code, visitor.say().json()["code"]) == (401, "identity_required")
    assert counted(workspace) == [0, 0, 0, 0]

    identify(visitor, sign_identity(channel))

    assert visitor.say().status_code == 201


def test_the_secret_is_not_readable_in_the_database(workspace, channel):
    with scope(workspace), connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM inbox_channel WHERE id = %s", [channel.pk])
        stored = cursor.fetchone()[0]

    assert channel.secrets["identity"]
    assert channel.secrets["identity"] not in stored
