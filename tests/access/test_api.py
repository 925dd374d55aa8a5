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
    """What went wrong at one door."""

    def __init__(self):
        self.wrong = []

    def expect(self, said, answer, status, may_change=frozenset()):
        if answer.status != status:
            self.wrong.append(f"{said} answered {answer}, not {status}")
        if beyond := answer.changes - may_change:
            self.wrong.append(f"{said} changed {sorted(beyond)}")
        if may_change and not answer.changes:
            self.wrong.append(f"{said} was to change something of {sorted(may_change)}")

    def forbid(self, said, answer, *words):
        self.wrong += [f"{said} shows what is hidden" for word in words if word in answer.text]


@pytest.mark.parametrize("door", API, ids=str)
@pytest.mark.parametrize("bearer", BEARERS, ids=lambda bearer: bearer.name)
def test_api(world, door, bearer):
    attempts = Attempts()
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
            attempts.wrong.append(f"{method} calls its refusal {answer.code!r}")
        if answer.cached and door.needs is not PUBLIC:
            attempts.wrong.append(f"{method} may be kept")
        if answer.status == UNKNOWN and answer.challenge != "Bearer":
            attempts.wrong.append(f"{method} does not ask for a token")
        attempts.forbid(method, answer, *([HIDDEN] if bearer.is_blind else []))
        attempts.forbid(method, answer, *([OURS] if bearer.is_foreign or not bearer.role else []))

    assert not attempts.wrong, "\n".join([f"{bearer.name} at {door}:", *attempts.wrong])


@pytest.mark.parametrize("door", WIDGET, ids=str)
@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.name)
def test_widget(world, door, guest):
    attempts = Attempts()
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

    assert not attempts.wrong, "\n".join([f"{guest.name} at {door}:", *attempts.wrong])
