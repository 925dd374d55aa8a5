"""Who has a conversation open and who types in it, as others see it beside it and in its row."""

import time

from inbox import presence, viewing
from inbox.actions.assignment import move_conversation
from inbox.actions.lifecycle import close_conversation
from inbox.actions.triage import tag_conversation
from inbox.connectors.webchat import handle_of_token
from tests import factories
from tests.support.doing import act, make
from tests.support.sockets import Tab, VisitorTab


def told(frame):
    return (frame["number"], frame["who"], frame["state"])


async def hears_of(tab, kinds):
    """Return what is left of some kinds once everything has come."""
    heard = []
    while not await tab.hears_nothing():
        if (frame := await tab.hear())["kind"] in kinds:
            heard.append(frame)
    return heard


async def test_who_opens_a_conversation_is_seen_beside_it_and_in_its_row(
    workspace, operator, admin, conversation
):
    number, who = conversation.number, f"m{admin.pk}"
    facts = {
        "name": admin.user.display_name,
        "initials": admin.user.initials,
        "hue": admin.user.hue,
        "photo": "",
    }
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as other:
        [view, opened] = await tab.watch(view="open", conversation=number)
        assert (view["viewers"], opened["viewers"]) == ([], [])

        [seen] = await other.watch(conversation=number)

        assert [one["who"] for one in seen["viewers"]] == [f"m{operator.pk}"]
        came = {"number": number, "who": who, "state": "on"} | facts
        assert await tab.hear("row_viewing") == {"kind": "row_viewing"} | came
        assert await tab.hear("viewing") == {"kind": "viewing"} | came

        await other.say({"conversation": None})
        assert told(await tab.hear("row_viewing")) == (number, who, "off")
        assert told(await tab.hear("viewing")) == (number, who, "off")


async def test_a_list_opened_later_says_who_has_what_open(workspace, operator, admin, conversation):
    async with Tab(workspace, admin) as other:
        await other.watch(conversation=conversation.number)
        async with Tab(workspace, operator) as tab:
            [listed] = await tab.watch(view="open")
            [closed] = await tab.watch(view="closed")

    seen = [(one["number"], one["who"]) for one in listed["viewers"]]
    assert (seen, closed["viewers"]) == ([(conversation.number, f"m{admin.pk}")], [])


async def test_a_row_that_comes_to_a_list_brings_who_looks(
    workspace, operator, admin, conversation
):
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as other:
        await tab.watch(view="closed")
        await other.watch(conversation=conversation.number)

        await act(workspace, close_conversation, conversation, actor=None)

        assert (await tab.hear("row"))["number"] == conversation.number
        assert told(await tab.hear("row_viewing")) == (conversation.number, f"m{admin.pk}", "on")
        # What happens to it there is no news of that.
        await act(workspace, tag_conversation, conversation, name="vip", actor=None)
        assert await hears_of(tab, {"row_viewing"}) == []


async def test_closing_a_tab_is_told_at_once_and_only_of_the_last_one(
    workspace, operator, admin, conversation
):
    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)
        async with Tab(workspace, admin) as other:
            await other.watch(conversation=conversation.number)
            assert (await tab.hear("viewing"))["state"] == "on"
            async with Tab(workspace, admin) as second:
                await second.watch(conversation=conversation.number)
            assert await hears_of(tab, {"viewing"}) == []

        assert (await tab.hear("viewing"))["state"] == "off"


async def test_going_to_another_conversation_leaves_the_first(workspace, operator, admin, channel):
    first, second = [await make(factories.make_conversation, channel) for _ in range(2)]
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as other:
        await tab.watch(view="open")
        await other.watch(conversation=first.number)
        await other.watch(conversation=second.number)
        await other.say({"ping": 1})  # a sign of life is no news

        who, heard = f"m{admin.pk}", await hears_of(tab, {"row_viewing"})
        changes = [(first.number, "on"), (first.number, "off"), (second.number, "on")]
        assert [told(frame) for frame in heard] == [(n, who, state) for n, state in changes]


async def test_who_vanishes_without_a_word_is_gone_when_their_time_is_up(
    workspace, operator, admin, conversation, monkeypatch
):
    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)
        monkeypatch.setattr(viewing, "LIFE", 0.2)
        await make(viewing.look, workspace.pk, conversation.pk, admin, "lost")
        assert (await tab.hear("viewing"))["state"] == "on"
        monkeypatch.setattr(time, "time", lambda real=time.time: real() + 1)

        await make(viewing.expire)

        assert told(await tab.hear("viewing")) == (conversation.number, f"m{admin.pk}", "off")


async def test_typing_is_seen_in_the_row(workspace, operator, admin, channel):
    token = factories.new_token()
    value = handle_of_token(channel.key, token)
    conversation = await make(factories.make_conversation, channel, value)
    about = {"kind": "row_typing", "number": conversation.number}
    async with (
        Tab(workspace, operator) as tab,
        Tab(workspace, admin) as other,
        VisitorTab(channel, token) as visitor,
    ):
        await tab.watch(view="open")
        await other.watch(conversation=conversation.number)
        await visitor.introduce()

        await other.say({"typing": "reply"})
        who = {"who": f"m{admin.pk}", "name": admin.user.first_name}
        assert await tab.hear("row_typing") == about | who
        await other.say({"typing": "reply"})  # too soon to be passed on

        await visitor.say({"typing": True})
        assert await tab.hear("row_typing") == about | {"who": "contact"}


async def test_people_limited_to_other_teams_learn_nothing(workspace, admin, channel):
    team, other = [await make(factories.make_team, workspace) for _ in range(2)]
    conversation = await make(factories.make_conversation, channel)
    await act(workspace, move_conversation, conversation, to=team, actor=admin)
    outside = await make(factories.make_membership, workspace, teams=[other], limited=True)
    inside = await make(factories.make_membership, workspace, teams=[team], limited=True)
    kinds = {"viewing", "typing", "row_viewing", "row_typing"}
    async with Tab(workspace, outside) as stranger, Tab(workspace, inside) as member:
        async with Tab(workspace, admin) as looking:
            await stranger.watch(view="open", conversation=conversation.number)
            await member.watch(view="open")
            await looking.watch(conversation=conversation.number)
            await looking.say({"typing": "reply"})
            await looking.watch(view="mine")
            [listed] = await stranger.watch(view="open")
            assert listed["viewers"] == []

        heard = await hears_of(member, kinds)
        assert [one["kind"] for one in heard] == ["row_viewing", "row_typing", "row_viewing"]
        assert await hears_of(stranger, kinds) == []


async def test_who_may_no_longer_look_is_no_longer_shown(workspace, admin, channel):
    team, other = [await make(factories.make_team, workspace) for _ in range(2)]
    conversation = await make(factories.make_conversation, channel)
    await act(workspace, move_conversation, conversation, to=team, actor=admin)
    limited = await make(factories.make_membership, workspace, teams=[team], limited=True)
    async with Tab(workspace, admin) as tab, Tab(workspace, limited) as leaving:
        await tab.watch(conversation=conversation.number)
        await leaving.watch(conversation=conversation.number)
        assert (await tab.hear("viewing"))["state"] == "on"

        await act(workspace, move_conversation, conversation, to=other, actor=admin)

        gone = (conversation.number, presence.member(limited.pk), "off")
        assert told(await tab.hear("viewing")) == gone
