"""What may not be seen answers exactly as what does not exist, and forms need their token."""

import re
from uuid import UUID

import pytest

from tests.access.api_doors import API
from tests.access.asking import STRICT, alike, ask, body_of, fill
from tests.access.doors import PAGES, RATING, WORKSPACE
from tests.access.knowledge_doors import HELP_DOORS
from tests.access.people import BY_NAME, PEOPLE, SUPER_BEARER
from tests.access.rules import FORBIDDEN, NOT_FOUND, Word
from tests.access.world import NOTHING

NO_UUID = UUID(int=0)
SUPER_ADMIN, LIMITED = BY_NAME["super_admin"], BY_NAME["limited_of_another_team"]
# A vote in the help centre is nobody's; a rating is whoever's who has the link.
NOBODYS = [*HELP_DOORS, RATING]
OUTSIDERS = [person for person in PEOPLE if not person.role]


def calls_of(doors):
    return [
        pytest.param(door, call, id=f"{call.method} {door}")
        for door in doors
        for call in door.calls
    ]


def none_of(part):
    return {part: NO_UUID if part == "public_id" else NOTHING}


def ids_in(door):
    return re.findall(r"<(?:int|uuid):(\w+)>", door.route)


def with_ids(doors):
    return calls_of([door for door in doors if ids_in(door)])


@pytest.mark.parametrize("door", WORKSPACE, ids=str)
def test_a_workspace_is_as_good_as_none_to_outsiders(world, door):
    call = door.calls[0]
    tail, body = fill(door, call, world.here), body_of(call, world.here)
    for person in OUTSIDERS:
        answers = [
            alike(
                ask(world, call.method, f"/{slug}/{tail}", cookie=world.cookie(person), body=body),
                slug,
            )
            for slug in (world.here.slug, "nowhere")
        ]
        assert answers[0] == answers[1], person.name


@pytest.mark.parametrize(("door", "call"), with_ids(WORKSPACE))
def test_foreign_ids_do_not_exist_on_pages(world, door, call):
    cookie = world.cookie(SUPER_ADMIN)
    for part in ids_in(door):
        if call.method == "PUT" and part == "public_id":
            continue  # whoever puts a thing there names it
        tails = [_foreign(world, door, call, part), fill(door, call, world.here, **none_of(part))]
        foreign, nothing = (
            ask(
                world,
                call.method,
                f"/{world.here.slug}/{tail}",
                cookie=cookie,
                body=_body(world, call),
            )
            for tail in tails
        )
        assert (foreign.status, foreign.changes) == (NOT_FOUND, frozenset()), part
        assert alike(foreign, *tails) == alike(nothing, *tails)


@pytest.mark.parametrize(("door", "call"), with_ids(API))
def test_foreign_ids_do_not_exist_in_the_api(world, door, call):
    headers = {"Authorization": f"Bearer {world.secrets[SUPER_BEARER.name]}"}
    for part in ids_in(door):
        if call.method == "PUT" and part == "public_id":
            continue  # whoever puts a thing there names it
        tails = [_foreign(world, door, call, part), fill(door, call, world.here, **none_of(part))]
        body = _body(world, call) or None
        foreign, nothing = (
            ask(world, call.method, f"/{tail}", headers=headers, body=body, is_json=True)
            for tail in tails
        )
        assert (foreign.status, foreign.changes) == (NOT_FOUND, frozenset()), part
        assert alike(foreign) == alike(nothing)


@pytest.mark.parametrize(
    ("door", "call"), with_ids([door for door in WORKSPACE if door.needs is Word.CONVERSATION])
)
def test_hidden_conversations_do_not_exist_on_pages(world, door, call):
    cookie = world.cookie(LIMITED)
    tails = [
        fill(door, call, world.here, is_blind=True),
        fill(door, call, world.here, is_blind=True, number=NOTHING),
    ]
    for headers in ({}, {"HX-Request": "true"}):
        hidden, nothing = (
            ask(
                world,
                call.method,
                f"/{world.here.slug}/{tail}",
                cookie=cookie,
                body=_body(world, call),
                headers=headers,
            )
            for tail in tails
        )
        assert hidden.status == NOT_FOUND
        assert alike(hidden, *tails) == alike(nothing, *tails)


@pytest.mark.parametrize(
    ("door", "call"), with_ids([door for door in API if door.needs is Word.CONVERSATION])
)
def test_hidden_conversations_do_not_exist_in_the_api(world, door, call):
    headers = {"Authorization": f"Bearer {world.secrets['limited_of_another_team']}"}
    gone = {name: one for part in ids_in(door) for name, one in none_of(part).items()}
    hidden, nothing = (
        ask(
            world,
            call.method,
            f"/{tail}",
            headers=headers,
            body=_body(world, call) or None,
            is_json=True,
        )
        for tail in (
            fill(door, call, world.here, is_blind=True),
            fill(door, call, world.here, **gone),
        )
    )
    assert hidden.status == NOT_FOUND
    assert alike(hidden) == alike(nothing)


def points_somewhere(call):
    return "{" in "".join(str(said) for said in call.body.values())


@pytest.mark.parametrize(
    ("door", "call"),
    [one for one in calls_of([*WORKSPACE, *API]) if points_somewhere(one.values[1])],
)
def test_foreign_ids_in_a_body_do_not_exist(world, door, call):
    is_api = door in API
    headers = {"Authorization": f"Bearer {world.secrets[SUPER_BEARER.name]}"} if is_api else {}
    tail = fill(door, call, world.here)
    answers = [
        ask(
            world,
            call.method,
            f"/{tail}" if is_api else f"/{world.here.slug}/{tail}",
            cookie=None if is_api else world.cookie(SUPER_ADMIN),
            headers=headers,
            body=body or None,
            is_json=is_api,
        )
        for body in (body_of(call, world.there), _nothing(call))
    ]
    assert answers[0].changes == answers[1].changes == set()
    theirs = world.there.ids.values()
    assert alike(answers[0], *theirs, NOTHING) == alike(answers[1], *theirs, NOTHING)


@pytest.mark.parametrize(
    ("door", "call"),
    [
        one
        for one in calls_of([*WORKSPACE, *(door for door in PAGES if door not in NOBODYS)])
        if one.values[1].method != "GET"
    ],
)
def test_a_change_without_the_forms_token_is_refused(world, door, call):
    prefix = f"/{world.here.slug}/" if door in WORKSPACE else "/"
    person = SUPER_ADMIN if door.needs is not Word.GUEST else None

    answer = ask(
        world,
        call.method,
        prefix + fill(door, call, world.here),
        cookie=world.cookie(person) if person else None,
        body=body_of(call, world.here),
        client=STRICT,
    )

    assert (answer.status, answer.changes) == (FORBIDDEN, frozenset())


def _foreign(world, door, call, part):
    """Return the door's address with one id of the other workspace."""
    here, there = fill(door, call, world.here), fill(door, call, world.there)
    if len(ids_in(door)) == 1:
        return there
    named = {"number": "open", **door.of, **call.of}
    assert here != there
    example = "file" if part == "public_id" else named[part]
    return fill(door, call, world.here, **{part: world.there.id_of(example)})


def _body(world, call):
    return body_of(call, world.here)


def _nothing(call):
    def none(said):
        if isinstance(said, list):
            return [none(one) for one in said]
        return NOTHING if isinstance(said, str) and said.startswith("{") else said

    return {name: none(said) for name, said in call.body.items()}


def test_parts_of_another_conversation_do_not_exist(world):
    """Both may be the caller's own: the one that is named first is the one that is asked."""
    cookie, tried = world.cookie(SUPER_ADMIN), 0
    for door in WORKSPACE:
        is_part = len(ids_in(door)) > 1 and "number" in ids_in(door) and "/tags/" not in door.route
        for call in door.calls if is_part else ():
            if call.method == "PUT":
                continue  # whoever puts a thing there names it
            tail = fill(door, call, world.here, number=world.here.ids["closed"], person=SUPER_ADMIN)
            address = f"/{world.here.slug}/{tail}"
            answer = ask(world, call.method, address, cookie=cookie, body=body_of(call, world.here))
            assert (answer.status, answer.changes) == (NOT_FOUND, frozenset()), f"{call} {tail}"
            tried += 1

    assert tried > 8
