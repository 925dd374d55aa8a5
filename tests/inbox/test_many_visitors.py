"""Thousands of visitors come at once: many are answered together, each with what is theirs alone."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import scope
from inbox import presence, visitor_consumer, visitor_tabs
from inbox.actions.visitors import identify_visitor
from inbox.connectors.webchat import handle_of_subject, handle_of_token
from inbox.doorway import Doorway
from tests import factories
from tests.support.identity import sign_identity
from tests.support.sockets import Tab, VisitorTab


def tab_of(channel, token=None, address="203.0.113.7"):
    token = factories.new_token() if token is None else token
    return SimpleNamespace(
        key=channel.key,
        address=address,
        channel_name=f"socket {token} {address}",
        workspace=channel.workspace,
        token=token,
        handle_value=None,
        is_here=False,
    )


def answers(tabs):
    """Have them all come and be greeted in one turn each; return what each is told."""
    come = visitor_tabs._come(tabs)
    names = visitor_tabs._introduce(tabs)
    for tab, name in zip(tabs, names, strict=True):
        tab.handle_value, tab.is_here = name, bool(name)
    here = [tab for tab in tabs if tab.is_here]
    return come, names, visitor_tabs._greet(here) if here else []


def test_each_of_many_is_told_what_is_theirs_in_whichever_workspace(workspace, elsewhere, channel):
    strict = factories.make_channel(workspace, identity_required=True)
    there = factories.make_channel(elsewhere)
    known, guest, far = tab_of(strict), tab_of(channel), tab_of(there)
    twin = tab_of(channel, guest.token, "203.0.113.8")  # the same visitor's second tab
    with scope(workspace):
        identify_visitor(strict, token=known.token, identity=sign_identity(strict, sub="42"))
    said = {
        tab.token: factories.make_conversation(of, value)
        for tab, of, value in (
            (known, strict, handle_of_subject(strict.key, "42")),
            (guest, channel, handle_of_token(channel.key, guest.token)),
            (far, there, handle_of_token(there.key, far.token)),
        )
    }
    factories.make_conversation(channel)  # somebody else's
    latest = factories.make_conversation(channel, handle_of_token(channel.key, guest.token))
    assert latest == said[guest.token]  # an open one goes on
    unknown, wrong = tab_of(strict), tab_of(channel, "x\0")
    new = tab_of(channel)
    presence.arrive(elsewhere.pk, "m1", "an operator's")

    tabs = [known, unknown, guest, wrong, far, twin, new]
    come, names, greeted = answers(tabs)

    homes = [workspace, workspace, workspace, workspace, elsewhere, workspace, workspace]
    assert come == [(home, True) for home in homes]
    own = [handle_of_token(tab.key, tab.token) for tab in (guest, far, twin, new)]
    assert names == [handle_of_subject(strict.key, "42"), None, own[0], None, *own[1:]]
    told = [
        (str(said[tab.token].public_id), seq)
        for tab, seq in ((known, 1), (guest, 2), (far, 1), (twin, 2))
    ]
    assert greeted == [
        (told[0], False), (told[1], False), (told[2], True), (told[3], False), (None, False),
    ]  # fmt: skip
    assert presence.here(elsewhere.pk) == {"m1", presence.visitor(far.handle_value)}

    assert visitor_tabs._stay([known, guest, far]) == [True, True, True]
    far.handle_value = "another's"
    assert visitor_tabs._stay([known, far]) == [True, False]
    far.handle_value = names[4]
    visitor_tabs._go([known, guest, far])
    assert presence.here(elsewhere.pk) == {"m1"}
    assert presence.here(workspace.pk) == {
        presence.visitor(one.handle_value) for one in (twin, new)
    }


def test_a_place_takes_no_more_than_it_may_in_one_turn_or_in_many(workspace, channel, limit):
    limit("visitor-socket", 2)
    nowhere = SimpleNamespace(key="nowhere", workspace=workspace)
    tabs = [tab_of(channel) for _ in range(3)]
    other, inside = tab_of(channel, address="203.0.113.9"), tab_of(channel, address="")

    come = visitor_tabs._come([tabs[0], tab_of(nowhere), *tabs[1:], other, inside])

    assert [one and one[1] for one in come] == [True, None, True, False, True, True]
    visitor_tabs._go(tabs[:1])
    assert [one[1] for one in visitor_tabs._come([tabs[2], tabs[1]])] == [True, True]
    assert visitor_tabs._come([tabs[0]])[0][1] is False


def test_many_need_no_more_statements_than_one(workspace, channel):
    counts = []
    answers([tab_of(channel)])  # what is only asked once
    for many in (1, 30):
        with CaptureQueriesContext(connection) as asked:
            answers([tab_of(channel) for _ in range(many)])
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 11


@pytest.fixture
def narrow(monkeypatch):
    """A doorway for one."""
    monkeypatch.setattr(visitor_consumer, "DOORWAY", Doorway(1))


async def test_whoever_goes_while_they_wait_is_never_asked_for(
    workspace, operator, channel, narrow, monkeypatch
):
    asked, come = [], visitor_tabs.come

    async def noting(tab, is_wanted):
        asked.append(tab.token)
        return await come(tab, is_wanted)

    monkeypatch.setattr(visitor_consumer, "HURRY", 3600)
    monkeypatch.setattr(visitor_tabs, "come", noting)
    async with VisitorTab(channel, factories.new_token()) as first:
        impatient, patient = [VisitorTab(channel, factories.new_token()) for _ in range(2)]
        for tab in (patient, impatient):
            await tab.send_input({"type": "websocket.connect"})
        await impatient.disconnect()
        async with Tab(workspace, operator) as screen:  # who works here does not wait in that line
            await screen.watch(view="open")
        assert len(asked) == 1

        await first.introduce()

        assert (await patient.receive_output(timeout=20))["type"] == "websocket.accept"
        assert (await patient.introduce())["kind"] == "watching"
        assert len(asked) == 2
        await patient.disconnect()


async def test_whoever_stands_in_the_doorway_and_says_nothing_holds_nobody_up(
    channel, narrow, monkeypatch
):
    monkeypatch.setattr(visitor_consumer, "HURRY", 0.01)
    async with VisitorTab(channel, "") as silent, VisitorTab(channel, factories.new_token()) as tab:
        assert silent.accepted
        assert (await tab.introduce())["kind"] == "watching"
        await silent.say({"visitor": "short"})
        assert await silent.closes() == 4403
        async with VisitorTab(channel, factories.new_token()) as other:
            assert (await other.introduce())["kind"] == "watching"


async def test_whoever_is_refused_holds_nobody_up_by_staying(channel, narrow, limit):
    limit("visitor-socket", 0)
    async with VisitorTab(channel, factories.new_token()) as refused:
        assert await refused.closes() == 4429
        limit("visitor-socket", 9)
        async with VisitorTab(channel, factories.new_token()) as other:
            assert (await other.introduce())["kind"] == "watching"
