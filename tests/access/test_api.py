"""Every door of the API, for every kind of token, and of the chat widget, for every visitor."""

import pytest

from tests.access.api_doors import API, WIDGET
from tests.access.asking import ask, body_of, fill
from tests.access.people import BEARERS, GUESTS, PEOPLE
from tests.access.rules import (
    NO_SUCH_METHOD,
    NOT_FOUND,
    PUBLIC,
    UNKNOWN,
    is_hidden,
    refusal_of_bearer,
)
from tests.access.world import HIDDEN, OURS

SUPER_ADMIN = PEOPLE[0]
CODES = {401: "bad_token", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed"}
OTHERS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Attempts:
    """What went wrong for somebody at one door."""

    def __init__(self, who):
        self.who = who
        self.wrong: list[str] = []

    def complain(self, words):
        self.wrong.append(f"{self.who.name}: {words}")

    def expect(self, said, answer, status, may_change=frozenset()):
        if answer.status != status:
            self.complain(f"{said} answered {answer}, not {status}")
        if beyond := answer.changes - may_change:
            self.complain(f"{said} changed {sorted(beyond)}")
        if may_change and not answer.changes:
            self.complain(f"{said} was to change something of {sorted(may_change)}")

    def forbid(self, said, answer, *words):
        for word in words:
            if word in answer.text:
                self.complain(f"{said} shows what is hidden")


def of_bearer(world, door, bearer):
    attempts = Attempts(bearer)
    calls = {call.method: call for call in door.calls}
    secret = world.secrets[bearer.name]

    others = OTHERS if bearer.tries_all and door.needs is not PUBLIC else []
    for method in dict.fromkeys([*calls, *others]):
        call = calls.get(method)
        answer = ask(
            world,
            method,
            "/" + fill(door, call, world.here, is_blind=bearer.is_blind),
            cookie=world.cookie(SUPER_ADMIN) if bearer.name == "signed_in" else None,
            body=body_of(call, world.here) if call and call.body else None,
            is_json=True,
            headers={"Authorization": f"Bearer {secret}"} if secret else {},
        )
        if refusal := refusal_of_bearer(door.needs, bearer, method):
            attempts.expect(method, answer, refusal)
        elif call is None:
            attempts.expect(method, answer, NO_SUCH_METHOD)
        elif is_hidden(call.needs or door.needs, bearer):
            attempts.expect(method, answer, NOT_FOUND)
        else:
            attempts.expect(method, answer, call.answers, call.changes)
        if (
            answer.status in CODES
            and door.needs is not PUBLIC
            and answer.code != CODES[answer.status]
        ):
            attempts.complain(f"{method} calls its refusal {answer.code!r}")
        if answer.cached and door.needs is not PUBLIC:
            attempts.complain(f"{method} may be kept")
        if answer.status == UNKNOWN and answer.challenge != "Bearer":
            attempts.complain(f"{method} does not ask for a token")
        attempts.forbid(method, answer, *([HIDDEN] if bearer.is_blind else []))
        attempts.forbid(method, answer, *([OURS] if bearer.is_foreign or not bearer.role else []))
    return attempts.wrong


def of_guest(world, door, guest):
    attempts = Attempts(guest)
    calls = {call.method: call for call in door.calls}
    token = world.visitors_token(guest)
    refused = guest.refusal if door.needs is not PUBLIC or guest.refusal == NOT_FOUND else None

    for method in OTHERS[:-1]:
        call = calls.get(method)
        answer = ask(
            world,
            method,
            "/" + fill(door, call, world.here, key=getattr(world.here, guest.channel).key),
            cookie=world.cookie(SUPER_ADMIN) if guest.token == "session" else None,
            body=body_of(call, world.here) if call and call.body else None,
            is_json=True,
            headers={"Authorization": f"Visitor {token}"} if token else {},
        )
        if (refused and call) or (
            call is None and refused and door.needs is not PUBLIC and not guest.is_refused_late
        ):
            attempts.expect(method, answer, refused)
        elif call is None:
            attempts.expect(method, answer, NO_SUCH_METHOD)
        elif call.only_spoken and not guest.has_spoken:
            attempts.expect(method, answer, call.unspoken or call.answers)
        else:
            attempts.expect(method, answer, call.answers, call.changes)
        if not guest.has_spoken:
            attempts.forbid(method, answer, OURS, HIDDEN)
    return attempts.wrong


@pytest.mark.parametrize("door", API, ids=str)
def test_api(world, door):
    wrong = [words for bearer in BEARERS for words in of_bearer(world, door, bearer)]

    assert not wrong, "\n".join([f"At {door}:", *wrong])


@pytest.mark.parametrize("door", WIDGET, ids=str)
def test_widget(world, door):
    wrong = [words for guest in GUESTS for words in of_guest(world, door, guest)]

    assert not wrong, "\n".join([f"At {door}:", *wrong])
