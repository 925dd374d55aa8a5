"""What operators' screens hear of lists, counters and conversations."""

from contextlib import suppress

import pytest

from accounts import tenancy
from inbox.actions.assignment import assign_conversation
from inbox.actions.contacts import change_contact
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.messaging import add_note
from inbox.actions.triage import tag_conversation
from inbox.connectors.webchat import handle_of_token
from tests import factories
from tests.support.doing import act, make, reply
from tests.support.sockets import Tab, VisitorTab

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
        about = {"conversation": str(conversation.public_id), "name": "Olga"}
        assert await visitor.hear("typing") == {"kind": "typing"} | about


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


# Contacts, and what was not done after all


async def test_what_a_contact_is_called_is_drawn_anew_wherever_it_is_shown(
    workspace, operator, admin, conversation
):
    contact = conversation.contact
    async with Tab(workspace, operator) as tab, Tab(workspace, admin) as other:
        await tab.watch(view="unassigned", conversation=conversation.number)
        await other.watch(view="closed")

        await act(workspace, change_contact, contact, name="Ada Lovelace", actor=admin)
        await act(workspace, change_contact, contact, name="Ada Lovelace", actor=admin)

        row, opened = await tab.hear("row"), await tab.hear()
        assert (row["kind"], row["seq"], "Ada Lovelace" in row["html"]) == ("row", 2, True)
        assert opened == {"kind": "contact", "number": conversation.number, "seq": 2}
        assert await tab.hears_nothing()
        await act(workspace, tag_conversation, conversation, name="vip", actor=admin)
        heard = [await other.hear()]
        while heard[-1]["kind"] != "counts":
            heard.append(await other.hear())
        assert {"row", "contact"}.isdisjoint(frame["kind"] for frame in heard)


async def test_an_attempt_that_failed_is_not_shown(workspace, operator, conversation):
    def work():
        add_note(conversation, text="Kept", actor=operator)
        with suppress(LookupError), tenancy.attempt():
            add_note(conversation, text="Undone", actor=operator)
            raise LookupError

    async with Tab(workspace, operator) as tab:
        await tab.watch(conversation=conversation.number)
        await act(workspace, work)

        heard = await tab.hear("conversation")

    assert (heard["first"], heard["seq"]) == (3, 3)
    assert ("Kept" in heard["entries"], "Undone" in heard["entries"]) == (True, False)
