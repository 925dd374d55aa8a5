"""Who hears what, who is refused, and what happens after a gap."""

import pytest

from accounts.models import TeamMembership
from accounts.sockets import in_workspace, outside_workspace
from helpdesk.asgi import sockets
from inbox import live, presence
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.messaging import add_note, receive_message, send_message
from inbox.actions.triage import mark_read, tag_conversation
from inbox.connectors.webchat import handle_of_token
from inbox.models import Message
from inbox.tasks import deliver
from tests import factories
from tests.support.sockets import Socket, Tab, VisitorTab


async def act(workspace, action, *args, **kwargs):
    return await in_workspace(workspace, action, *args, **kwargs)


async def make(factory, *args, **kwargs):
    return await outside_workspace(factory, *args, **kwargs)


async def reply(workspace, conversation, text, actor):
    message = await act(workspace, send_message, conversation, text=text, actor=actor)
    await make(deliver, workspace, message.pk)


def kinds(frames):
    return [frame["kind"] for frame in frames]


# Lists and counters


async def test_a_new_conversation_appears_in_the_view(workspace, operator, channel):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="unassigned")

        conversation = await make(factories.make_conversation, channel, text="Anyone here?")

        row = await tab.hear("row")
        assert (row["number"], row["seq"]) == (conversation.number, 2)
        assert "Anyone here?" in row["html"]


async def test_a_view_hears_only_of_its_own_rows(workspace, operator, conversation):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="closed")
        await act(workspace, tag_conversation, conversation, name="vip", actor=operator)
        counts = await tab.hear()

        assert (counts["kind"], list(counts["changes"].values())) == ("counts", [1])
        assert await tab.hears_nothing()


async def test_a_row_leaves_the_view_it_no_longer_belongs_to(workspace, operator, conversation):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="unassigned")

        await act(workspace, assign_conversation, conversation, to=operator, actor=operator)

        removal = await tab.hear("removal")
        assert removal == {"kind": "removal", "number": conversation.number, "seq": 3}


async def test_counters_change_by_difference_and_mine_for_me_alone(
    workspace, operator, admin, conversation
):
    async with Tab(workspace, operator) as mine, Tab(workspace, admin) as other:
        await act(workspace, assign_conversation, conversation, to=operator, actor=operator)

        heard = [await mine.hear("counts") for _ in range(2)]
        changes = {view: n for frame in heard for view, n in frame["changes"].items()}
        assert changes == {"unassigned": -1, "mine": 1}
        assert (await other.hear("counts"))["changes"] == {"unassigned": -1}
        assert await other.hears_nothing()


async def test_a_unit_of_work_is_one_row_and_one_frame(workspace, operator, conversation):
    def busy(conversation):
        close_conversation(conversation, actor=operator)
        reopen_conversation(conversation, actor=operator)
        tag_conversation(conversation, name="vip", actor=operator)

    async with Tab(workspace, operator) as tab:
        await tab.watch(view="open", conversation=conversation.number)

        await act(workspace, busy, conversation)

        row, counts = await tab.hear(), await tab.hear()
        frame = await tab.hear()
        assert (row["kind"], row["seq"], counts["kind"]) == ("row", 5, "counts")
        assert (frame["first"], frame["seq"]) == (3, 5)
        assert await tab.hears_nothing()


async def test_nothing_is_published_when_the_work_is_undone(workspace, operator, conversation):
    def fail(conversation):
        close_conversation(conversation, actor=operator)
        raise RuntimeError

    async with Tab(workspace, operator) as tab:
        await tab.watch(view="open", conversation=conversation.number)

        with pytest.raises(RuntimeError):
            await act(workspace, fail, conversation)

        assert await tab.hears_nothing()


# Conversations


async def test_entries_are_numbered_without_gaps(workspace, operator, conversation):
    async with Tab(workspace, operator) as tab:
        [granted] = await tab.watch(conversation=conversation.number)

        for words in ("One", "Two"):
            await act(workspace, add_note, conversation, text=words, actor=operator)

        frames = [await tab.hear("conversation") for _ in range(2)]
        seen = granted["seq"]
        assert [(f["first"], f["seq"]) for f in frames] == [(seen + 1,) * 2, (seen + 2,) * 2]
        assert ["One" in frames[0]["entries"], "Two" in frames[1]["entries"]] == [True, True]


async def test_a_change_of_a_message_draws_it_anew(workspace, operator, conversation):
    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)

        await reply(workspace, conversation, "Hi", operator)

        queued, sent = [await tab.hear("conversation") for _ in range(2)]
        assert ('id="entry-3"' in queued["entries"], 'id="entry-3"' in sent["entries"]) == (
            True,
            True,
        )
        assert queued["entries"] != sent["entries"]


async def test_typing_reaches_colleagues_and_of_a_reply_the_contact(
    workspace, operator, admin, channel
):
    token = factories.new_token()
    value = handle_of_token(channel.key, token)
    conversation = await make(factories.make_conversation, channel, value)
    async with (
        Tab(workspace, operator) as writer,
        Tab(workspace, admin) as reader,
        VisitorTab(channel, token) as visitor,
    ):
        for tab in (writer, reader):
            await tab.watch(conversation=conversation.number)
        await visitor.introduce()

        await writer.say({"typing": "reply"})

        told = await reader.hear("typing")
        assert told == {
            "kind": "typing",
            "number": conversation.number,
            "what": "reply",
            "who": f"m{operator.pk}",
            "name": "Olga",
        }
        assert await visitor.hear("typing") == {"kind": "typing", "name": "Olga"}


async def test_typing_a_note_stays_among_colleagues(workspace, operator, admin, channel):
    token = factories.new_token()
    conversation = await make(
        factories.make_conversation, channel, handle_of_token(channel.key, token)
    )
    async with (
        Tab(workspace, operator) as writer,
        Tab(workspace, admin) as reader,
        VisitorTab(channel, token) as visitor,
    ):
        for tab in (writer, reader):
            await tab.watch(conversation=conversation.number)
        await visitor.introduce()

        await writer.say({"typing": "note"})

        assert (await reader.hear("typing"))["what"] == "note"
        assert await visitor.hears_nothing()


async def test_typing_needs_an_open_conversation(workspace, operator, admin, conversation):
    async with Tab(workspace, operator) as writer, Tab(workspace, admin) as reader:
        await reader.watch(conversation=conversation.number)
        await writer.say({"typing": "reply"})

        await writer.watch(view="open")  # said afterwards, so heard afterwards
        while (frame := await reader.receive_nothing(timeout=0.3)) is False:
            frame = await reader.hear()
            assert frame["kind"] != "typing"


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
    "frame", ['"hi"', "nonsense", "[]", '{"kind": "row"}', '{"type": "live.push"}', "5", "null"]
)
async def test_frames_that_are_none_of_ours_end_the_socket(workspace, operator, channel, frame):
    async with Tab(workspace, operator) as tab, VisitorTab(channel, "x") as visitor:
        for socket in (tab, visitor):
            await socket.send_input({"type": "websocket.receive", "text": frame})
            assert await socket.closes() == 1008


async def test_a_flood_ends_the_socket(workspace, operator):
    async with Tab(workspace, operator) as tab:
        for _ in range(70):
            await tab.say({"ping": 1})

        assert await tab.closes() == 1008


# Visitors


@pytest.fixture
async def chatting(workspace, channel):
    """A visitor who has written, with the conversation and an open socket."""
    token = factories.new_token()
    value = handle_of_token(channel.key, token)
    conversation = await make(factories.make_conversation, channel, value)
    async with VisitorTab(channel, token) as tab:
        watching = await tab.introduce()
        assert watching == {"kind": "watching", "seq": 1, "online": False}
        yield conversation, tab


async def test_visitors_hear_replies_and_never_notes(workspace, operator, chatting):
    conversation, visitor = chatting

    for write, words in ((add_note, "Careful"), (reply, "Hi"), (add_note, "Rude")):
        if write is reply:
            await reply(workspace, conversation, words, operator)
        else:
            await act(workspace, write, conversation, text=words, actor=operator)
    await act(workspace, assign_conversation, conversation, to=operator, actor=operator)
    await act(workspace, tag_conversation, conversation, name="rude", actor=operator)
    await act(workspace, mark_read, conversation, actor=operator)
    await act(workspace, close_conversation, conversation, actor=operator)

    about = {"conversation": str(conversation.public_id)}
    said = await visitor.hear()
    assert said.keys() == {"kind", "conversation", "message"}
    message = said["message"]
    assert message.keys() == {"seq", "client_id", "kind", "text", "at", "author"}
    assert (message["text"], message["seq"]) == ("Hi", 2)  # 1 was their own: notes leave no gap
    assert await visitor.hear() == {"kind": "read", "seq": 1}
    assert await visitor.hear() == {"kind": "status", "status": "closed"} | about
    assert await visitor.hears_nothing()


async def test_a_message_that_reached_the_visitor_is_delivered(workspace, operator, chatting):
    conversation, visitor = chatting

    await reply(workspace, conversation, "Hi", operator)
    await visitor.hear("message")
    # A frame of the visitor's is read after the one before has been dealt with.
    await visitor.introduce()

    def state():
        return Message.objects.get(kind="outgoing").state

    assert await act(workspace, state) == "delivered"


async def test_a_second_tab_of_the_visitor_hears_what_the_first_says(workspace, channel, operator):
    token = factories.new_token()
    async with VisitorTab(channel, token) as tab:
        assert (await tab.introduce())["seq"] == 0

        said = factories.incoming(handle_of_token(channel.key, token), "Hello")
        await act(workspace, receive_message, channel, said)

        message = (await tab.hear("message"))["message"]
        assert (message["text"], message["client_id"]) == ("Hello", str(said.client_id))


async def test_another_visitor_hears_nothing(workspace, channel, operator, chatting):
    conversation, _ = chatting
    async with VisitorTab(channel, factories.new_token()) as other:
        await other.introduce()

        await reply(workspace, conversation, "Hi", operator)
        await act(workspace, close_conversation, conversation, actor=operator)

        assert await other.hears_nothing()


async def test_a_visitor_types(workspace, operator, chatting):
    conversation, visitor = chatting
    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)

        await visitor.say({"typing": True})

        assert await tab.hear("typing") == {"kind": "typing", "who": "contact"}


@pytest.mark.parametrize("first", [{"visitor": "short"}, {"ping": 1}, {"typing": True}])
async def test_a_visitor_must_say_who_they_are(workspace, channel, first):
    async with VisitorTab(channel, "") as tab:
        await tab.say(first)

        assert await tab.closes() == 4403


async def test_a_silent_visitor_is_shown_out(workspace, channel, monkeypatch):
    monkeypatch.setattr("inbox.visitor_consumer.PATIENCE", 0.05)
    async with VisitorTab(channel, "") as tab:
        assert await tab.closes() == 4403


async def test_a_channel_that_is_none_is_refused(workspace, channel):
    channel.key = "nowhere"
    async with VisitorTab(channel, factories.new_token()) as tab:
        assert (tab.accepted, tab.code) == (False, 4403)


# Presence


async def test_visitors_see_when_the_first_operator_comes_and_the_last_leaves(
    workspace, operator, admin, chatting
):
    _, visitor = chatting
    async with Tab(workspace, operator):
        assert await visitor.hear("online") == {"kind": "online", "online": True}
        async with Tab(workspace, admin):
            assert (await visitor.hear("online"))["online"]
        assert (await visitor.hear("online"))["online"]

    assert await visitor.hear("online") == {"kind": "online", "online": False}


async def test_operators_see_each_other_and_the_visitor_come_and_go(
    workspace, channel, operator, admin
):
    token = factories.new_token()
    who = presence.visitor(handle_of_token(channel.key, token))
    async with Tab(workspace, operator) as tab:
        async with Tab(workspace, admin):
            came = await tab.hear("presence")
        gone = await tab.hear("presence")
        assert came == {"kind": "presence", "who": f"m{admin.pk}", "online": True}
        assert gone == {"kind": "presence", "who": f"m{admin.pk}", "online": False}

        async with VisitorTab(channel, token) as visitor:
            await visitor.introduce()
            assert await tab.hear("presence") == {"kind": "presence", "who": who, "online": True}
        assert await tab.hear("presence") == {"kind": "presence", "who": who, "online": False}


async def test_closing_one_of_two_tabs_leaves_its_person_here(workspace, operator):
    async with Tab(workspace, operator):
        async with Tab(workspace, operator):
            pass

        assert await make(presence.here, workspace.pk) == {f"m{operator.pk}"}


async def test_a_browser_that_vanished_runs_out(workspace, operator, admin, monkeypatch):
    monkeypatch.setattr("inbox.presence.LIFE", -1)
    await make(presence.arrive, workspace.pk, f"m{admin.pk}", "vanished")
    monkeypatch.undo()
    async with Tab(workspace, operator) as tab:
        await make(presence.expire)

        gone = {"kind": "presence", "who": f"m{admin.pk}", "online": False}
        assert await tab.hear("presence") == gone


# After Redis was away


async def test_a_socket_survives_a_restart_of_redis(workspace, operator, conversation, redis):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="open")
        await outside_workspace(redis.stop)
        await outside_workspace(redis.start)
        assert await tab.hear("resync") == {"kind": "resync"}

        await act(workspace, add_note, conversation, text="Back", actor=operator)

        assert (await tab.hear("row"))["number"] == conversation.number
