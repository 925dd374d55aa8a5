"""Who hears nothing: other teams, other workspaces, other sites, and whoever lost a right."""

import pytest

from accounts.models import TeamMembership
from helpdesk.asgi import sockets
from inbox import live
from inbox.actions.assignment import move_conversation
from inbox.actions.messaging import add_note
from tests import factories
from tests.support.doing import act, kinds, make
from tests.support.sockets import Socket, Tab, VisitorTab

# Who may not


async def test_a_team_queue_is_heard_by_its_members_only(workspace, admin, channel):
    team, other = [await make(factories.make_team, workspace) for _ in range(2)]
    inside = await make(factories.make_membership, workspace, teams=[team], limited=True)
    outside = await make(factories.make_membership, workspace, teams=[other], limited=True)
    conversation = await make(factories.make_conversation, channel)
    async with Tab(workspace, inside) as member, Tab(workspace, outside) as stranger:
        assert kinds(await member.watch(view=f"team-{team.pk}")) == ["watching"]
        assert kinds(await stranger.watch(view=f"team-{team.pk}")) == ["refused"]
        assert kinds(await stranger.watch(view="open")) == ["watching"]
        assert kinds(await stranger.watch(conversation=conversation.number)) == ["refused"]

        await act(workspace, move_conversation, conversation, to=team, actor=admin)
        await act(workspace, add_note, conversation, text="Hush", actor=admin)

        assert (await member.hear("row"))["number"] == conversation.number
        while not await stranger.hears_nothing():
            assert (await stranger.hear())["kind"] == "presence"


async def test_an_open_conversation_that_leaves_for_another_team_is_taken_away(
    workspace, admin, channel
):
    team, other = [await make(factories.make_team, workspace) for _ in range(2)]
    limited = await make(factories.make_membership, workspace, teams=[team], limited=True)
    conversation = await make(factories.make_conversation, channel)
    await act(workspace, move_conversation, conversation, to=team, actor=admin)
    async with Tab(workspace, limited) as tab:
        assert kinds(await tab.watch(conversation=conversation.number)) == ["watching"]

        await act(workspace, move_conversation, conversation, to=other, actor=admin)
        assert await tab.hear("refused") == {"kind": "refused", "conversation": conversation.number}
        await act(workspace, add_note, conversation, text="Hush", actor=admin)

        while not await tab.hears_nothing():
            assert (await tab.hear())["kind"] == "counts"


async def test_strangers_and_the_unknown_are_refused(workspace, elsewhere, operator):
    there = await make(factories.make_channel, elsewhere)
    for _ in range(2):
        conversation = await make(factories.make_conversation, there)
    async with Tab(elsewhere, operator) as stranger:
        assert (stranger.accepted, stranger.code) == (False, 4403)
    async with Tab(workspace, operator) as tab:
        assert kinds(await tab.watch(conversation=conversation.number)) == ["refused"]
        for view in ("everything", "%", "*", "OPEN", "team-", "team-x", "tag-9999999999999999999"):
            assert kinds(await tab.watch(view=view)) == ["refused"]


@pytest.mark.parametrize("number", [-1, 0, 2**63, "1", "%", [1], {"id": 1}, True, 1.5])
async def test_conversations_that_are_none_are_refused(workspace, operator, conversation, number):
    async with Tab(workspace, operator) as tab:
        answers = await tab.watch(conversation=number)

        if number is not True:
            assert kinds(answers) == ["refused"]


async def test_somebody_who_lost_their_rights_is_disconnected(workspace, operator):
    async with Tab(workspace, operator) as tab:
        await act(workspace, live.revoke, operator)

        assert await tab.closes() == 4403


async def test_a_sign_of_life_closes_the_socket_of_somebody_who_left(workspace, operator):
    def leave():
        operator.is_active = False
        operator.save(update_fields=["is_active"])

    async with Tab(workspace, operator) as tab:
        await tab.say({"ping": 1})
        assert kinds(await tab.watch(view="open")) == ["watching"]
        await act(workspace, leave)

        assert kinds(await tab.watch(view="open")) == ["refused"]
        assert kinds(await tab.watch(conversation=1)) == ["refused"]
        await tab.say({"ping": 1})

        assert await tab.closes() == 4403


async def test_a_sign_of_life_closes_the_socket_of_somebody_who_left_a_team(workspace):
    team = await make(factories.make_team, workspace)
    limited = await make(factories.make_membership, workspace, teams=[team], limited=True)
    async with Tab(workspace, limited) as tab:
        assert kinds(await tab.watch(view=f"team-{team.pk}")) == ["watching"]

        await act(workspace, lambda: TeamMembership.objects.all().delete())
        await tab.say({"ping": 1})

        assert await tab.closes() == 4403


async def test_somebody_who_left_does_not_come_in(workspace, operator):
    def leave():
        operator.is_active = False
        operator.save(update_fields=["is_active"])

    await act(workspace, leave)
    async with Tab(workspace, operator) as tab:
        assert (tab.accepted, tab.code) == (False, 4403)


async def test_joining_a_team_shows_its_queue_after_reconnecting(workspace):
    team = await make(factories.make_team, workspace)
    limited = await make(factories.make_membership, workspace, limited=True)
    view = f"team-{team.pk}"
    async with Tab(workspace, limited) as tab:
        assert kinds(await tab.watch(view=view)) == ["refused"]

    await act(workspace, TeamMembership.objects.create, team=team, membership=limited)

    async with Tab(workspace, limited) as tab:
        assert kinds(await tab.watch(view=view)) == ["watching"]


# The site's own entrance


@pytest.mark.parametrize(
    "origin",
    [
        None,
        b"null",
        b"http://evil.test",
        b"http://testserver.evil.test",
        b"http://eviltestserver",
        b"http://testserver:81",
        b"http://[",
    ],
)
@pytest.mark.parametrize("path", ["/{workspace}/live/", "/widget/{key}/live/"])
async def test_other_sites_open_no_socket(workspace, channel, origin, path):
    path = path.format(workspace=workspace.slug, key=channel.key)

    async with Socket(sockets, path, origin=origin) as socket:
        assert (socket.accepted, socket.code) == (False, 4403)


async def test_the_socket_is_served_behind_the_session(workspace):
    async with Socket(sockets, f"/{workspace.slug}/live/") as socket:
        assert (socket.accepted, socket.code) == (False, 4403)


async def test_a_path_that_is_none_is_refused(db, redis):
    async with Socket(sockets, "/a/b/c/") as socket:
        assert (socket.accepted, socket.code) == (False, 4403)


@pytest.mark.parametrize(
    "frame",
    [
        '"hi"',
        "nonsense",
        "[]",
        '{"kind": "row"}',
        '{"type": "live.push"}',
        "5",
        "null",
        "[" * 60_000,
    ],
)
async def test_frames_that_are_none_of_ours_end_the_socket(workspace, operator, channel, frame):
    async with Tab(workspace, operator) as tab, VisitorTab(channel, "x") as visitor:
        for socket in (tab, visitor):
            await socket.send_input({"type": "websocket.receive", "text": frame})
            assert await socket.closes() == 1008


async def test_a_way_of_typing_that_is_none_is_ignored(workspace, operator, conversation):
    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)
        await tab.say({"typing": ["reply"]})

        assert kinds(await tab.watch(view="open")) == ["watching"]


async def test_a_flood_ends_the_socket(workspace, operator):
    async with Tab(workspace, operator) as tab:
        for _ in range(70):
            await tab.say({"ping": 1})

        assert await tab.closes() == 1008
