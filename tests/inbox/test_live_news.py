"""Whom a customer's new message is told, whatever list they have open."""

from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.messaging import add_note
from inbox.actions.spam import mark_spam
from tests import factories
from tests.support.doing import act, make, reply
from tests.support.sockets import Tab


async def says(channel, text):
    return await make(factories.make_conversation, channel, "ada", text)


async def told(tab):
    """List the news a tab has heard of until now."""
    heard = []
    while not await tab.hears_nothing():
        heard.append(await tab.hear())
    return [frame["words"] for frame in heard if frame["kind"] == "news"]


async def test_everybody_who_sees_it_is_told_of_what_is_nobodys(
    workspace, operator, admin, channel
):
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as other:
        conversation = await says(channel, "Anyone here?")

        news = await tab.hear("news")
        assert (news["number"], news["words"]) == (conversation.number, "Anyone here?")
        assert news["name"] == await make(lambda: conversation.contact.display_name)
        assert (await other.hear("news"))["seq"] == news["seq"]


async def test_only_its_operator_is_told_of_what_is_assigned(workspace, operator, admin, channel):
    conversation = await says(channel, "Anyone here?")
    await act(workspace, assign_conversation, conversation, to=operator, actor=admin)
    async with Tab(workspace, operator) as mine, Tab(workspace, admin) as other:
        await says(channel, "And now?")

        assert await told(mine) == ["And now?"]
        assert await told(other) == []


async def test_what_we_do_ourselves_is_no_news(workspace, operator, admin, conversation):
    async with Tab(workspace, operator) as tab:
        await reply(workspace, conversation, "Yes", operator)
        await act(workspace, add_note, conversation, text="Careful", actor=admin)

        assert await told(tab) == []


async def test_spam_is_no_news(workspace, operator, admin, channel):
    conversation = await says(channel, "Anyone here?")
    await act(workspace, mark_spam, conversation, actor=admin)
    async with Tab(workspace, operator) as tab:
        await says(channel, "Buy now")

        assert await told(tab) == []


async def test_other_teams_are_not_told(workspace, admin, channel):
    team, other = [await make(factories.make_team, workspace) for _ in range(2)]
    inside = await make(factories.make_membership, workspace, teams=[team], limited=True)
    outside = await make(factories.make_membership, workspace, teams=[other], limited=True)
    conversation = await says(channel, "Anyone here?")
    await act(workspace, move_conversation, conversation, to=team, actor=admin)
    async with Tab(workspace, inside) as member, Tab(workspace, outside) as stranger:
        await says(channel, "And now?")

        assert await told(member) == ["And now?"]
        assert await told(stranger) == []
