"""Several conversations at once, and the way back from what was just done."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import close_conversation, snooze_conversation
from inbox.actions.triage import tag_conversation, untag_conversation
from inbox.actions.undoing import ChangedSince, NothingToUndo, undo
from inbox.models import Conversation
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def address(workspace):
    return f"/{workspace.slug}/inbox/several/"


@pytest.fixture
def three(channel):
    return [factories.make_conversation(channel).number for _ in range(3)]


def states(workspace, *fields):
    with scope(workspace):
        return list(Conversation.objects.order_by("number").values_list(*fields))


def kinds(workspace):
    with scope(workspace):
        return list(Event.objects.exclude(seq=None).order_by("pk").values_list("kind", flat=True))


def test_several_are_closed_and_brought_back_as_they_were(
    operator_client, workspace, address, three, operator
):
    with scope(workspace):
        until = timezone.now() + timedelta(days=1)
        snoozed = Conversation.objects.get(number=three[1])
        snooze_conversation(snoozed, until=until, actor=operator)
    facts = ["status", "snoozed_until", "waiting_since", "closed_at", "assignee"]
    before = states(workspace, *facts)

    closed = operator_client.post(f"{address}closure/", {"number": three}, headers=HTMX).json()

    assert (closed["done"], closed["refused"]) == (three, [])
    assert closed["said"] == "Closed 3 conversations."
    assert states(workspace, "status") == [("closed",)] * 3
    undone = operator_client.post(f"{address}undo/", {"event": closed["undo"]}, headers=HTMX)
    assert undone.json()["said"] == "Undone."
    assert states(workspace, *facts) == before
    assert kinds(workspace)[-4:] == [
        "conversation.reopened",
        "conversation.reopened",
        "conversation.snoozed",
        "conversation.reopened",
    ]


@pytest.mark.parametrize(
    ("what", "said", "fact", "expected"),
    [
        ("assignment", {"assignee": "me"}, "assignee", "me"),
        ("snooze", {"until": "tomorrow"}, "status", "snoozed"),
        ("tags", {"name": "vip"}, "tags__name", "vip"),
    ],
)
def test_one_request_changes_them_all_and_one_takes_it_back(
    operator_client, workspace, address, three, operator, what, said, fact, expected
):
    said = {key: operator.pk if value == "me" else value for key, value in said.items()}
    before = states(workspace, fact)

    done = operator_client.post(f"{address}{what}/", {"number": three} | said, headers=HTMX).json()

    assert states(workspace, fact) == [(operator.pk if expected == "me" else expected,)] * 3
    assert len(done["undo"]) == 3
    operator_client.post(f"{address}undo/", {"event": done["undo"]}, headers=HTMX)
    assert states(workspace, fact) == before


def test_reading_several_has_nothing_to_undo_and_is_its_own_way_back(
    operator_client, workspace, address, three, operator
):
    def unread():
        with scope(workspace):
            return [c.is_unread_by(operator.pk) for c in Conversation.objects.all()]

    operator_client.post(f"{address}read/", {"number": three}, headers=HTMX)
    assert unread() == [False] * 3
    operator_client.post(f"{address}read/", {"number": three, "undo": "1"}, headers=HTMX)
    assert unread() == [True] * 3


def test_what_is_refused_is_said_and_the_others_are_done(
    operator_client, workspace, address, three, operator
):
    with scope(workspace):
        close_conversation(Conversation.objects.get(number=three[0]), actor=operator)

    numbers = [*three, 4711]
    done = operator_client.post(f"{address}closure/", {"number": numbers}, headers=HTMX).json()

    assert (done["done"], sorted(done["refused"])) == (three[1:], [three[0], 4711])
    assert done["said"] == (
        "Closed 2 conversations. #4711 is gone, or not for you to see. "
        f"Conversation #{three[0]} is closed already."
    )


def test_others_conversations_are_not_changed(client, workspace, address, three, channel):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    theirs = factories.make_conversation(factories.make_channel(workspace, team)).number
    client.force_login(limited.user)

    done = client.post(f"{address}closure/", {"number": [*three, theirs]}, headers=HTMX).json()

    assert done["done"] == [theirs]
    assert [status for (status,) in states(workspace, "status")] == ["open"] * 3 + ["closed"]
    with scope(workspace):
        seq = Conversation.objects.get(number=three[0]).last_seq
    undone = client.post(f"{address}undo/", {"event": [f"{three[0]}:{seq}"]}, headers=HTMX)
    assert undone.json()["done"] == []


@pytest.mark.parametrize(
    ("what", "said", "status"),
    [
        ("closure", {}, 422),
        ("closure", {"number": [str(n) for n in range(101)]}, 422),
        ("closure", {"number": ["x"]}, 422),
        ("closure", {"number": ["9" * 19]}, 422),
        ("removal", {"number": ["1"]}, 404),
        ("assignment", {"number": ["1"], "assignee": "x"}, 404),
        ("snooze", {"number": ["1"], "until": "never"}, 422),
        ("undo", {}, 422),
        ("undo", {"event": ["1"]}, 422),
        ("undo", {"event": ["1:x"]}, 422),
    ],
)
def test_nonsense_is_refused(operator_client, workspace, address, three, what, said, status):
    answer = operator_client.post(f"{address}{what}/", said, headers=HTMX)

    assert answer.status_code == status
    assert states(workspace, "status") == [("open",)] * 3


def test_a_plain_form_is_led_back_to_the_list(operator_client, workspace, address, three):
    answer = operator_client.post(f"{address}closure/", {"number": three})

    assert (answer.status_code, answer["Location"]) == (302, f"/{workspace.slug}/inbox/")
    assert states(workspace, "status") == [("closed",)] * 3


def test_nobody_undoes_what_others_did(workspace, conversation, operator, admin):
    with scope(workspace):
        closed = close_conversation(conversation, actor=operator)
        with pytest.raises(NothingToUndo):
            undo(closed, seq=closed.last_seq, actor=admin)
        assert Conversation.objects.get().is_closed


def test_nothing_is_undone_over_somebody_elses_change(workspace, conversation, operator, admin):
    with scope(workspace):
        mine = assign_conversation(conversation, to=operator, actor=operator)
        assign_conversation(conversation, to=admin, actor=admin)

        with pytest.raises(ChangedSince, match=f"has changed #{conversation.number} since"):
            undo(mine, seq=mine.last_seq, actor=operator)

        assert Conversation.objects.get().assignee == admin


def test_a_tag_that_was_taken_off_comes_back(workspace, conversation, operator):
    with scope(workspace):
        tag_conversation(conversation, name="vip", actor=operator)
        tag = conversation.tags.get()
        untagged = untag_conversation(conversation, tag=tag, actor=operator)

        undo(untagged, seq=untagged.last_seq, actor=operator)

        assert conversation.tags.get() == tag


def test_a_snooze_that_is_over_meanwhile_is_not_set_again(
    workspace, conversation, operator, time_machine
):
    with scope(workspace):
        until = timezone.now() + timedelta(seconds=5)
        snooze_conversation(conversation, until=until, actor=operator)
        closed = close_conversation(conversation, actor=operator)
        time_machine.move_to(until + timedelta(seconds=1))

        undo(closed, seq=closed.last_seq, actor=operator)

        assert Conversation.objects.get().is_open


def test_what_was_so_already_offers_no_undo(operator_client, workspace, conversation, operator):
    address = f"/{workspace.slug}/inbox/{conversation.number}/assignment/"

    first = operator_client.post(address, headers=HTMX).content.decode()
    second = operator_client.post(address, headers=HTMX).content.decode()

    assert (f'data-event="{conversation.number}:' in first, "data-event" in second) == (True, False)
