"""Bad input of visitors: what each answer says, and what is kept of it."""

import base64
import json
from uuid import uuid4

import pytest
from django.core import mail

from accounts.redis import client as redis
from accounts.tenancy import scope
from inbox.models import Contact, Conversation, Delivery, Message, VisitorSession
from tests import factories
from tests.support.identity import sign_identity
from tests.support.visitors import Visitor

MALFORMED = (400, "malformed")
TOO_LARGE = (413, "too_large")
NO_IDENTITY = (401, "identity_invalid")
HALF = "\ud800"


@pytest.fixture
def visitor(channel, redis):
    return Visitor(channel)


def counted(workspace):
    with scope(workspace):
        models = (Contact, Conversation, Message, Delivery, VisitorSession)
        return [model.objects.count() for model in models]


def refusal(answer):
    said = answer.json()
    assert set(said) == {"detail", "code"}, said
    assert said["detail"][-1] in ".?”", said  # a sentence
    return answer.status_code, said["code"]


def test_what_a_visitor_cannot_say(workspace, channel, visitor):
    visitor.say("Hello")
    before = counted(workspace)
    said = {"client_id": str(uuid4()), "text": "Hi"}
    rows = [
        # the door, the body, and with what it is refused
        ("messages/", said | {"text": {"$ne": ""}}, MALFORMED),
        ("messages/", said | {"text": True}, MALFORMED),
        ("messages/", said | {"text": "\u0000"}, MALFORMED),
        ("messages/", said | {"text": "\u00a0\u2003"}, MALFORMED),
        ("messages/", said | {"client_id": [said["client_id"]]}, MALFORMED),
        ("messages/", said | {"client_id": "0"}, MALFORMED),
        ("messages/", said | {"conversation": "%"}, MALFORMED),
        ("messages/", said | {"attachments": "x"}, MALFORMED),
        ("messages/", said | {"attachments": [str(uuid4())] * 11}, MALFORMED),
        ("messages/", said | {"form": {"email": "ada"}}, MALFORMED),
        ("messages/", said | {"form": {"email": "a@b.test\nBcc: eve@evil.test"}}, MALFORMED),
        ("messages/", said | {"form": {"phone": "call me"}}, MALFORMED),
        ("messages/", said | {"form": {"name": HALF}}, MALFORMED),
        ("messages/", said | {"form": []}, MALFORMED),
        ("messages/", said | {"text": "x" * 70_000}, TOO_LARGE),
        ("read/", {"seq": 0}, MALFORMED),
        ("read/", {"seq": 2**31}, MALFORMED),
        ("read/", {"seq": "1; DROP"}, MALFORMED),
        ("rating/", {"value": HALF}, MALFORMED),
        ("rating/", {"value": ["good"]}, MALFORMED),
        ("rating/", {"value": "good", "comment": "x" * 2_001}, MALFORMED),
        ("visit/", {"fields": {f"f{n}": "" for n in range(21)}}, MALFORMED),
        ("visit/", {"fields": {"__proto__": {"polluted": 1}}}, MALFORMED),
        ("transcript/", {"email": "ada@a.test, eve@evil.test"}, MALFORMED),
        ("transcript/", {"email": ["ada@a.test"]}, MALFORMED),
    ]
    wrong = []
    for door, body, expected in rows:
        redis().flushdb()  # the limits
        answer = visitor.ask("POST", door, body)
        if answer.status_code < 400 or refusal(answer) != expected:
            wrong.append((door, str(body)[:80], answer.status_code, answer.content))
    assert wrong == []
    assert counted(workspace) == before


def test_places_in_a_history_that_are_none(workspace, channel, visitor):
    visitor.say("Hello")
    foreign = Visitor(channel)
    foreign.say("Mine")
    with scope(workspace):
        theirs = Conversation.objects.order_by("-pk")[0].public_id
    rows = [
        # the query, and its refusal or how many messages there are
        ("after=0", 1),
        ("after=1", 0),
        ("after=2147483647", 0),
        ("after=2147483648", MALFORMED),
        ("after=-1", MALFORMED),
        ("after=1e9", MALFORMED),
        ("after=%00", MALFORMED),
        ("after=0&conversation=%25", MALFORMED),
        (f"conversation={theirs}", 0),  # as if there were none
        (f"conversation={uuid4()}", 0),
    ]
    for query, expected in rows:
        answer = visitor.ask("GET", f"conversation/?{query}")
        if isinstance(expected, int):
            assert (answer.status_code, len(answer.json()["messages"])) == (200, expected), query
        else:
            assert refusal(answer) == expected, query


def test_words_of_every_kind_are_kept_as_they_are(workspace, visitor):
    rows = [
        "👩‍👩‍👧‍👦🏳️‍🌈",
        "مرحبا \u202eevil\u202c",
        "a" + "\u0301" * 2_000,
        "x" * 10_000,
        "<script>alert(1)</script>",
        "{{ settings.SECRET_KEY }}",
        "=cmd|' /C calc'!A0",
        "\t. \r\n.",
    ]
    for text in rows:
        answer = visitor.say(text)
        assert answer.status_code == 201, text[:20]
    kept = [said["text"] for said in visitor.history()["messages"]]

    assert kept == [*rows[:-1], kept[-1]]
    assert kept[-1].split() == [".", "."]


def forged(channel, header, **changes):
    """An identity whose header says something else, signed or not."""
    whole = sign_identity(channel, **changes)
    first = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return ".".join([first, *whole.split(".")[1:]])


def test_identities_that_were_made_up(workspace, channel, visitor):
    other = factories.make_channel(workspace)
    rows = [
        # what is shown, and with what it is refused
        (forged(channel, {"alg": "none"}), NO_IDENTITY),
        (forged(channel, {"alg": "HS256", "kid": "../../../dev/null"}), NO_IDENTITY),
        (forged(channel, {"alg": "HS256", "jwk": {"kty": "oct", "k": ""}}), NO_IDENTITY),
        (forged(channel, {"alg": "RS256"}), NO_IDENTITY),
        (forged(channel, {"alg": "HS256", "crit": ["exp"]}), NO_IDENTITY),
        (forged(channel, []), NO_IDENTITY),
        (sign_identity(channel, secret=other.secrets["identity"]), NO_IDENTITY),
        (sign_identity(channel, secret=channel.key), NO_IDENTITY),
        (sign_identity(channel, secret=" "), NO_IDENTITY),
        (sign_identity(channel).rsplit(".", 1)[0] + ".", NO_IDENTITY),
        (sign_identity(channel)[:-2], NO_IDENTITY),
        (sign_identity(channel, aud=[channel.key, 7]), NO_IDENTITY),
        (sign_identity(channel, sub=["42"]), NO_IDENTITY),
        (sign_identity(channel, exp=True), NO_IDENTITY),
        (sign_identity(channel, sub="x" * 90_000), TOO_LARGE),
        ("e" * 4_097, MALFORMED),
        ("\x00", MALFORMED),
        (HALF, MALFORMED),
        ({"sub": "42"}, MALFORMED),
    ]
    for shown, expected in rows:
        redis().flushdb()
        answer = visitor.ask("POST", "identity/", {"identity": shown})
        assert refusal(answer) == expected, str(shown)[:60]
        assert counted(workspace) == [0, 0, 0, 0, 0], str(shown)[:60]


def test_an_address_that_somebody_only_claims_is_not_written_to(workspace, channel, settle):
    """Whoever types the address of a stranger twenty times has nothing sent to them."""
    for n in range(20):
        redis().flushdb()
        said = Visitor(channel).say(f"Buy at spam.example {n}", form={"email": "victim@far.test"})
        assert said.status_code == 201
    settle(workspace)

    assert mail.outbox == []
    with scope(workspace):
        assert Contact.objects.filter(email="victim@far.test").count() == 20
