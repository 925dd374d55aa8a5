"""Every page and fragment, inside a workspace and outside, for everybody who may knock."""

import pytest

from tests.access.asking import HTMX, Answer, ask, body_of, fill
from tests.access.channel_doors import HOOKS
from tests.access.doors import PAGES, WORKSPACE
from tests.access.people import PEOPLE
from tests.access.rules import (
    NO_SUCH_METHOD,
    TO_SIGN_IN,
    UNKNOWN,
    refusal_at_the_gate,
    refusal_of_person,
)
from tests.access.world import HIDDEN, OURS

every_door = pytest.mark.parametrize("door", WORKSPACE, ids=str)
every_page = pytest.mark.parametrize("door", [*PAGES, *HOOKS], ids=str)
OTHERS = {"POST", "PUT", "PATCH", "DELETE", "GET"}


class Visit:
    """One person at one door: tries everything and keeps what went wrong."""

    def __init__(self, world, door, person, prefix):
        self.world, self.door, self.person, self.prefix = world, door, person, prefix
        self.wrong: list[str] = []

    def complain(self, words):
        self.wrong.append(f"{self.person.name}: {words}")

    def ask(self, method, call, *, fragment=False, prefix=None) -> Answer:
        tail = fill(
            self.door, call, self.world.here, person=self.person, is_blind=self.person.is_blind
        )
        return ask(
            self.world,
            method,
            (self.prefix if prefix is None else prefix) + tail,
            cookie=self.world.cookie(self.person),
            body=body_of(call, self.world.here),
            headers=HTMX if fragment else {},
        )

    def expect(self, said, answer, status, may_change=frozenset(), *, must_change=False):
        if answer.status not in ({status} if isinstance(status, int) else status):
            self.complain(f"{said} answered {answer}, not {status}")
        if beyond := answer.changes - may_change:
            self.complain(f"{said} changed {sorted(beyond)}")
        if must_change and not answer.changes:
            self.complain(f"{said} was to change something of {sorted(may_change)}")
        if self.person.is_blind and HIDDEN in answer.text:
            self.complain(f"{said} shows what is hidden")
        if not self.person.role and OURS in answer.text:
            self.complain(f"{said} shows what is the workspace's")

    def other_methods(self):
        return sorted(OTHERS - self.door.methods) if self.person.tries_all else []

    def calls(self):
        for call in self.door.calls:
            needs = call.needs or self.door.needs
            for fragment in (False, True) if self.person.tries_fragments else (False,):
                said = f"{call.method}{' as a fragment' if fragment else ''}"
                yield call, fragment, said, refusal_of_person(needs, self.person)


def of_workspace(world, door, person):
    visit = Visit(world, door, person, f"/{world.here.slug}/")
    for call, fragment, said, refusal in visit.calls():
        answer = visit.ask(call.method, call, fragment=fragment)
        if refusal:
            is_script = refusal == TO_SIGN_IN and fragment
            refused = refusal if refusal_at_the_gate(person) else call.refused or refusal
            visit.expect(said, answer, UNKNOWN if is_script else refused)
        else:
            status = call.fragment if fragment and call.fragment else call.answers
            visit.expect(said, answer, status, call.changes, must_change=bool(call.changes))
            if answer.cached and status == 200:
                visit.complain(f"{said} may be kept by browsers")
    gate, refusal = refusal_at_the_gate(person), refusal_of_person(door.needs, person)
    for method in visit.other_methods():
        visit.expect(method, visit.ask(method, None), {gate or NO_SUCH_METHOD, refusal} - {None})
    if person.tries_all:
        visit.expect("HEAD", visit.ask("HEAD", None), {gate} if gate else {*door.head(), refusal})
    return visit.wrong


def of_page(world, door, person):
    visit = Visit(world, door, person, "/")
    for call, fragment, said, refusal in visit.calls():
        answer = visit.ask(call.method, call, fragment=fragment)
        if refusal:
            visit.expect(said, answer, call.refused or refusal)
        else:
            visit.expect(said, answer, call.answers, call.changes, must_change=bool(call.changes))
    for method in visit.other_methods():
        refusal = refusal_of_person(door.needs, person)
        visit.expect(method, visit.ask(method, None), {NO_SUCH_METHOD, refusal})
    return visit.wrong


@every_door
def test_workspace(world, door):
    wrong = [words for person in PEOPLE for words in of_workspace(world, door, person)]

    assert not wrong, "\n".join([f"At {door}:", *wrong])


@every_page
def test_page(world, door):
    wrong = [words for person in PEOPLE for words in of_page(world, door, person)]

    assert not wrong, "\n".join([f"At {door}:", *wrong])
