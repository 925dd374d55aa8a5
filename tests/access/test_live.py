"""Every frame that a socket's client can send, for everybody who may open one."""

import re

import pytest
from django.conf import settings

from accounts.redis import client as redis
from accounts.sockets import EVERYONE, outside_workspace, publish
from helpdesk.asgi import sockets
from inbox import consumers, live, visitor_consumer
from inbox.consumers import OperatorConsumer
from inbox.live_socket import UNAUTHORIZED, LiveSocket
from inbox.visitor_consumer import VisitorConsumer
from tests.access.digest import digest
from tests.access.finding import difference, socket_routes
from tests.access.live_doors import OPERATOR, SOCKETS, VISITOR_FRAMES
from tests.access.people import BY_NAME, GUESTS, PEOPLE
from tests.access.rules import refusal_of_person
from tests.support.sockets import Socket

TABLE = "tests/access/live_doors.py"


@pytest.fixture
def heard(monkeypatch):
    """What sockets join, and where they speak."""
    found: dict[str, set[str]] = {"joined": set(), "told": set()}
    join = LiveSocket.join

    async def noting_join(self, slot, groups):
        found["joined"] |= groups
        await join(self, slot, groups)

    def noting_publish(pushes):
        found["told"] |= {group for group, _ in pushes}
        publish(pushes)

    monkeypatch.setattr(LiveSocket, "join", noting_join)
    for consumer in (consumers, visitor_consumer):
        monkeypatch.setattr(consumer, "publish", noting_publish)
    return found


def knock(path, cookie=None):
    headers = [(b"host", b"testserver"), (b"origin", b"http://testserver")]
    if cookie:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
    return Socket(sockets, path, headers=headers, client=("203.0.113.7", 50000))


def example(frame, world, *, is_blind=False, **words):
    """Fill in what a frame says; a lone number stays one."""
    if not isinstance(frame.example, str):
        return frame.example

    def value(match):
        place = world.there if match[1] else world.here
        said = words.get(f"{match[1] or ''}{match[2]}")
        return str(said or place.id_of(match[2], is_blind=is_blind and not match[1]))

    said = re.sub(r"\{(there\.)?(\w+)\}", value, frame.example)
    return int(said) if frame.word == "conversation" else said


async def answer(socket, word):
    """Return whether the socket got what it asked for by a word."""
    while True:
        told = await socket.hear()
        if told["kind"] in {"watching", "refused"} and word in told:
            return told["kind"] == "watching"


def may_join(world, person, group):
    """Whether a group tells only what a person may hear."""
    place = world.here
    member = place.members[person.who]
    audience = f"t{place.team.pk}" if member.limited_to_teams else "all"
    hears = rf"w{place.workspace.pk}\.({audience}|m{member.pk}|people)(\..+)?"
    own = {
        EVERYONE,
        live.membership_group(member.pk),
        live.conversation_group(place.ids["open_pk"]),
    }
    if not member.limited_to_teams:
        own.add(live.conversation_group(place.hidden["open_pk"]))
    return bool(re.fullmatch(hears, group)) or group in own or group.startswith("browser.")


@pytest.mark.parametrize("frame", OPERATOR, ids=str)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
async def test_operators_socket(world, heard, person, frame):
    await outside_workspace(redis().flushdb)
    async with knock(f"/{world.here.slug}/live/", world.cookie(person)) as tab:
        if not person.role:
            assert (tab.accepted, tab.code, heard["joined"]) == (False, UNAUTHORIZED, set())
            return
        said = example(frame, world, is_blind=person.is_blind)
        sees = not (frame.sees_all and world.here.members[person.who].limited_to_teams)
        may = bool(frame.needs) and not refusal_of_person(frame.needs, person) and sees
        if frame.word == "typing":
            number = world.here.id_of("open", is_blind=person.is_blind)
            await tab.say({"conversation": number})
        await tab.say({frame.word: said})
        if frame.word in {"view", "conversation"}:
            assert await answer(tab, frame.word) == may
        else:  # nothing comes back: what follows is answered after it
            await tab.say({"view": "mine"})
            assert await answer(tab, "view")
        told = {group for group in heard["told"] if not group.endswith("people")}
        assert bool(told) == (frame.word == "typing" and may)

    assert [group for group in heard["joined"] if not may_join(world, person, group)] == []
    assert await outside_workspace(digest) == world.before


@pytest.mark.parametrize(
    "person", [one for one in PEOPLE if one.role], ids=lambda person: person.name
)
async def test_who_looks_and_types_is_told_to_those_who_see_the_conversation(world, person):
    """Frames that a list gets about its rows, and what it is told of them when it is opened."""
    await outside_workspace(redis().flushdb)
    other = BY_NAME["super_admin" if person.name == "admin" else "admin"]
    open_ones = [world.here.id_of("open", is_blind=is_blind) for is_blind in (False, True)]
    sees_all = not world.here.members[person.who].limited_to_teams
    seen = set(open_ones) if sees_all else {open_ones[0]}
    path, heard, listed = f"/{world.here.slug}/live/", set(), set()
    async with knock(path, world.cookie(person)) as tab:
        await tab.say({"view": "open"})
        await tab.hear("watching")
        for number in open_ones:
            async with knock(path, world.cookie(other)) as looking:
                await looking.say({"conversation": number, "typing": "note"})
                assert await answer(looking, "conversation")
                await tab.say({"view": "open"})
                while (frame := await tab.hear())["kind"] != "watching":
                    heard.add((frame["kind"], frame.get("number")))
                listed |= {one["number"] for one in frame["viewers"]}
        while not await tab.hears_nothing():
            frame = await tab.hear()
            heard.add((frame["kind"], frame.get("number")))

    assert listed == seen
    rows = {(kind, number) for kind in ("row_viewing", "row_typing") for number in seen}
    assert {(kind, number) for kind, number in heard if number is not None} == rows


@pytest.mark.parametrize("frame", VISITOR_FRAMES, ids=str)
@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.name)
async def test_visitors_socket(world, heard, guest, frame):
    await outside_workspace(redis().flushdb)
    key, token = getattr(world.here, guest.channel).key, world.visitors_token(guest)
    words = {"token": token, "spoken": world.spoken, "there.spoken": world.spoken_there}
    async with knock(f"/widget/{key}/live/") as tab:
        if guest.refusal == 404:
            assert (tab.accepted, tab.code) == (False, UNAUTHORIZED)
            return
        if frame.word != "visitor":
            await tab.say({"visitor": token})
        await tab.say({frame.word: example(frame, world, **words)})
        if guest.refusal:
            assert await tab.closes() == UNAUTHORIZED
        else:
            assert (await tab.hear("watching"))["seq"] == (2 if guest.has_spoken else 0)
            await tab.say({"visitor": token})
            await tab.hear("watching")
        is_told = frame.word == "typing" and bool(frame.needs) and guest.has_spoken
        assert bool(heard["told"]) == is_told

    allowed = {EVERYONE, f"w{world.here.workspace.pk}.visitors"}
    handles = {group for group in heard["joined"] if ".visitor." in group}
    assert heard["joined"] - handles <= allowed
    assert len(handles) == (0 if guest.refusal else 1)
    assert await outside_workspace(digest) == world.before


@pytest.mark.parametrize("word", ["view", "visitor", "group"])
async def test_a_frame_that_is_anothers_ends_the_socket(world, word):
    async with knock(f"/widget/{world.here.channel.key}/live/") as tab:
        await tab.say({word: world.token})
        if word == "visitor":
            assert (await tab.hear())["kind"] == "watching"
        else:
            assert await tab.closes() == 1008


async def test_another_workspaces_socket_is_as_good_as_none(world, heard):
    for person in PEOPLE:
        for slug in (world.there.slug, "nowhere"):
            if person.name != "super_admin_elsewhere" or slug == "nowhere":
                async with knock(f"/{slug}/live/", world.cookie(person)) as tab:
                    assert (tab.accepted, tab.code) == (False, UNAUTHORIZED), person.name
    assert heard["joined"] == set()


def test_every_socket_has_a_row():
    told = difference(set(socket_routes()), set(SOCKETS), TABLE)

    assert not told, "\n".join(told)


@pytest.mark.parametrize(
    ("consumer", "frames"), [(OperatorConsumer, OPERATOR), (VisitorConsumer, VISITOR_FRAMES)]
)
def test_every_word_of_a_frame_has_a_row(consumer, frames):
    told = difference(set(consumer.words), {frame.word for frame in frames}, TABLE)

    assert not told, "\n".join(told)
