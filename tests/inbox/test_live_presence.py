"""Who is available, away or signed out, as others hear it."""

from accounts import courier
from accounts.actions.profile import come_back, go_away
from accounts.models import Event
from accounts.sockets import outside_workspace
from inbox import live, presence
from inbox.tasks import show_availability
from tests import factories
from tests.support.doing import act, make
from tests.support.sockets import Tab, VisitorTab


async def say_away(workspace, member, *, away):
    """Do what the person's menu does, and what the worker does then."""
    change = go_away if away else come_back
    await act(workspace, change, member)
    event = await act(workspace, lambda: Event.objects.order_by("pk").last())
    await make(show_availability, workspace_id=workspace.pk, event_id=event.pk)


async def test_away_and_back_are_seen_by_colleagues_and_in_ones_own_tabs(
    workspace, operator, admin
):
    who = f"m{admin.pk}"
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as own:
        assert (await tab.hear("presence"))["state"] == "on"

        await say_away(workspace, admin, away=True)
        away = {"kind": "presence", "who": who, "state": "away"}
        assert await tab.hear("presence") == away
        assert await own.hear("availability") == {"kind": "availability", "state": "away"}

        await say_away(workspace, admin, away=False)
        assert await tab.hear("presence") == away | {"state": "on"}
        assert await own.hear("availability") == {"kind": "availability", "state": "on"}


async def test_who_is_away_and_not_signed_in_stays_out_of_sight(workspace, operator, admin):
    async with Tab(workspace, operator) as tab:
        await say_away(workspace, admin, away=True)
        assert await tab.hears_nothing()

        async with Tab(workspace, admin):
            assert (await tab.hear("presence"))["state"] == "away"
        assert (await tab.hear("presence"))["state"] == "off"


async def test_visitors_are_not_told_of_operators_who_are_away(workspace, operator, channel):
    async with (
        Tab(workspace, operator) as tab,
        VisitorTab(channel, factories.new_token()) as visitor,
    ):
        await tab.watch(view="open")  # answered once it has arrived
        await make(courier.flush)  # and has been told to those who were here before
        assert (await visitor.introduce())["online"]

        await say_away(workspace, operator, away=True)
        assert not (await visitor.hear("online"))["online"]

        await say_away(workspace, operator, away=False)
        assert (await visitor.hear("online"))["online"]


class Line:
    """Does as servers do: nothing can be said to whoever has gone, nor after the last word."""

    def __init__(self, tab):
        self.put, tab.output_queue.put = tab.output_queue.put, self.take
        self.is_cut = self.is_over = False

    async def take(self, message):
        if self.is_cut:
            raise OSError
        if self.is_over:
            raise RuntimeError(message)
        self.is_over = message["type"] == "websocket.close"
        await self.put(message)


async def test_whoever_goes_while_they_are_told_something_is_seen_to_go(workspace, operator, admin):
    async with Tab(workspace, operator) as tab:
        gone = Tab(workspace, admin)
        line = Line(gone)
        async with gone:
            assert (await tab.hear("presence"))["state"] == "on"
            line.is_cut = True
            await gone.say({"view": "open"})
        assert (await tab.hear("presence"))["state"] == "off"


async def test_what_comes_after_the_last_word_changes_nothing(workspace, operator, admin):
    async with Tab(workspace, operator) as tab:
        out = Tab(workspace, admin)
        Line(out)
        async with out:
            assert (await tab.hear("presence"))["state"] == "on"
            own = live.membership_group(admin.pk)
            await outside_workspace(live.publish, [(own, {"type": "live.revoke"})])
            assert await out.closes() == 4403
            await outside_workspace(live.publish, [(own, live.push("end"))])
            assert await out.hears_nothing()
        assert (await tab.hear("presence"))["state"] == "off"


async def test_away_is_known_again_after_redis_lost_it(workspace, operator, redis):
    async with Tab(workspace, operator) as tab:
        await say_away(workspace, operator, away=True)
        with redis.client() as client:
            client.flushall()

        await tab.say({"ping": 1})
        await tab.watch(view="open")  # said afterwards, so done afterwards

        assert await make(presence.here, workspace.pk) == {f"m{operator.pk}"}
        assert not await make(presence.is_staffed, workspace.pk)
