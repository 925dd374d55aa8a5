"""What visitors hear, who is here, and what happens when Redis was away."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import courier
from accounts.redis import RedisError
from inbox import presence
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note
from inbox.actions.outgoing import record_receipt
from inbox.actions.receiving import receive_message
from inbox.actions.triage import mark_read, tag_conversation
from inbox.actions.visitors import identify_visitor
from inbox.connectors.webchat import handle_of_subject, handle_of_token
from inbox.enums import MessageState
from inbox.models import Channel, Message, VisitorSession
from tests import factories
from tests.support.doing import act, make, reply
from tests.support.identity import sign_identity
from tests.support.sockets import Tab, VisitorTab


@pytest.fixture
async def chatting(workspace, channel):
    """A visitor who has written, with the conversation and an open socket."""
    token = factories.new_token()
    value = handle_of_token(channel.key, token)
    conversation = await make(factories.make_conversation, channel, value)
    await make(courier.flush)  # what was said before they came is not told to them
    async with VisitorTab(channel, token) as tab:
        watching = await tab.introduce()
        about = {"conversation": str(conversation.public_id), "seq": 1}
        assert watching == {"kind": "watching", "online": False, **about}
        yield conversation, tab


async def test_what_was_seen_in_one_tab_is_told_to_the_others(workspace, operator, chatting):
    conversation, visitor = chatting
    for words in ("One", "Two"):
        await reply(workspace, conversation, words, operator)
        assert (await visitor.hear("message"))["message"]["text"] == words
    read = {"state": MessageState.READ, "at": timezone.now()}

    await act(workspace, record_receipt, conversation, up_to=2, **read)
    await act(workspace, record_receipt, conversation, up_to=3, **read)
    await act(workspace, record_receipt, conversation, up_to=3, **read)  # nothing new

    about = {"kind": "seen", "conversation": str(conversation.public_id)}
    assert await visitor.hear("seen") == about | {"seq": 2}
    assert await visitor.hear() == about | {"seq": 3}
    assert await visitor.hears_nothing()


async def test_visitors_hear_replies_and_never_notes(workspace, operator, chatting):
    colleague = await make(factories.make_membership, workspace)
    conversation, visitor = chatting

    for write, words in ((add_note, "Careful"), (reply, "Hi"), (add_note, "Rude")):
        if write is reply:
            await reply(workspace, conversation, words, operator)
        else:
            await act(workspace, write, conversation, text=words, actor=operator)
    await act(workspace, assign_conversation, conversation, to=operator, actor=operator)
    await act(workspace, tag_conversation, conversation, name="rude", actor=operator)
    await act(workspace, mark_read, conversation, actor=operator)
    await act(workspace, mark_read, conversation, actor=colleague)  # is not told a second time
    await act(workspace, close_conversation, conversation, actor=operator)

    about = {"conversation": str(conversation.public_id)}
    said = await visitor.hear()
    assert said.keys() == {"kind", "conversation", "message"}
    message = said["message"]
    assert message.keys() == {"seq", "client_id", "kind", "text", "at", "attachments", "author"}
    assert (message["text"], message["seq"]) == ("Hi", 2)  # 1 was their own: notes leave no gap
    assert await visitor.hear() == {"kind": "read", "seq": 1} | about
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


async def test_a_sign_of_life_ends_where_the_channel_was_switched_off(workspace, channel, chatting):
    _, visitor = chatting

    await act(workspace, lambda: Channel.objects.update(enabled=False))
    await visitor.say({"ping": 1})

    assert await visitor.closes() == 4403


async def test_a_sign_of_life_after_the_identity_has_ended_is_a_guests(workspace, channel):
    token = factories.new_token()
    identity = sign_identity(channel, sub="42")
    await act(workspace, identify_visitor, channel, token=token, identity=identity)
    value = handle_of_subject(channel.key, "42")
    await make(factories.make_conversation, channel, value)
    async with VisitorTab(channel, token) as tab:
        assert (await tab.introduce())["seq"] == 1

        await act(workspace, lambda: VisitorSession.objects.update(expires_at=timezone.now()))
        await tab.say({"ping": 1})

        assert (await tab.hear("watching"))["seq"] == 0
        said = factories.incoming(value, "For Ada's eyes")
        await act(workspace, receive_message, channel, said)
        assert await tab.hears_nothing()


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
        assert came == {"kind": "presence", "who": f"m{admin.pk}", "state": "on"}
        assert gone == {"kind": "presence", "who": f"m{admin.pk}", "state": "off"}

        async with VisitorTab(channel, token) as visitor:
            await visitor.introduce()
            assert await tab.hear("presence") == {"kind": "presence", "who": who, "state": "on"}
        assert await tab.hear("presence") == {"kind": "presence", "who": who, "state": "off"}


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

        gone = {"kind": "presence", "who": f"m{admin.pk}", "state": "off"}
        assert await tab.hear("presence") == gone


# After Redis was away


async def test_a_socket_survives_a_restart_of_redis(workspace, operator, conversation, redis):
    async with Tab(workspace, operator) as tab:
        await tab.watch(view="open")
        redis.stop()
        redis.start()  # here: it would end together with a thread that had started it
        assert await tab.hear("resync") == {"kind": "resync"}

        # What is told before the process hears again is lost: then it is told to fetch once more.
        while True:
            await act(workspace, add_note, conversation, text="Back", actor=operator)
            heard = await tab.hear()
            if heard["kind"] == "row":
                break
        assert heard["number"] == conversation.number


# How many there may be


async def test_one_address_holds_so_many_sockets_and_no_more(channel, limit):
    limit("visitor-socket", 2)
    token = factories.new_token()

    async with VisitorTab(channel, token) as first, VisitorTab(channel, token):
        async with VisitorTab(channel, token) as third:
            assert (third.accepted, await third.closes()) == (True, 4429)
        async with VisitorTab(channel, token, "198.51.100.4") as elsewhere:
            assert (await elsewhere.introduce())["kind"] == "watching"
        await first.say({"visitor": token})
        await first.say({"ping": 1})  # whoever is in stays in
        assert (await first.hear())["kind"] == "watching"
        await first.disconnect()
        async with VisitorTab(channel, token) as fourth:
            assert (await fourth.introduce())["kind"] == "watching"


async def test_sockets_that_fell_silent_count_no_longer(channel, limit, monkeypatch, time_machine):
    limit("visitor-socket", 1)
    monkeypatch.setattr("inbox.visitor_tabs.limits.release_all", lambda *_: None)  # it died
    token = factories.new_token()
    async with VisitorTab(channel, token) as dead:
        await dead.introduce()

    async with VisitorTab(channel, token) as early:
        assert await early.closes() == 4429
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    async with VisitorTab(channel, token) as late:
        assert (await late.introduce())["kind"] == "watching"


async def test_without_redis_nobody_is_shut_out(channel, limit, monkeypatch):
    def away(*_, **__):
        raise RedisError

    limit("visitor-socket", 0)
    monkeypatch.setattr("accounts.limits.client", away)
    async with VisitorTab(channel, factories.new_token()) as tab:
        assert (await tab.introduce())["kind"] == "watching"
