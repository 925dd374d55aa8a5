"""What an owner keeps is taken over at no door, and its customers hear who will answer."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actions.people import remove_member
from accounts.actions.profile import come_back, go_away
from accounts.tenancy import scope
from inbox import presence
from inbox.actions.answering import answer_conversation
from inbox.actions.assignment import assign_conversation, unassign_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.actions.receiving import receive_message
from inbox.actions.taking_over import KeptByOwner
from inbox.enums import MessageKind
from inbox.models import Conversation
from routing.actions.hours import change_hours
from routing.actions.ownership import tell_owner_away
from routing.actions.settings import Way, change_assignment
from routing.enums import Strategy
from routing.models import TeamRouting
from routing.tasks import hand_back_of_vanished
from tests import factories


@pytest.fixture
def kept(workspace, team, orders, olga):
    """A conversation of a team whose owners keep theirs, which is Olga's."""
    ways = {team: Way(Strategy.BY_HAND, hands_back=False, keeps_owner=True)}
    with scope(workspace):
        change_assignment(default_team=None, capacity=20, ways=ways, capacities={}, actor=None)
    talk = factories.make_conversation(orders)
    with scope(workspace):
        return assign_conversation(talk, to=olga, actor=olga)


def owner_of(conversation):
    with scope(conversation.workspace):
        return Conversation.objects.with_people().get(pk=conversation.pk).assignee


def automatic(conversation):
    with scope(conversation.workspace):
        said = conversation.messages.filter(kind=MessageKind.OUTGOING, is_automatic=True)
        return list(said.order_by("seq").values_list("text", flat=True))


def test_nobody_else_takes_answers_or_unassigns_it(workspace, kept, olga, ivan):
    for attempt in (
        lambda: assign_conversation(kept, to=ivan, actor=ivan),
        lambda: unassign_conversation(kept, actor=ivan),
        lambda: answer_conversation(kept, text="Mine", actor=ivan),
        lambda: send_message(kept, text="A program's", actor=None),
    ):
        with scope(workspace), pytest.raises(KeptByOwner, match="Olga Ivanova keeps this"):
            attempt()

    assert owner_of(kept) == olga
    with scope(workspace):
        assert not kept.messages.filter(kind=MessageKind.OUTGOING).exists()
        add_note(kept, text="You may want to know", actor=ivan)
        assert answer_conversation(kept, text="Hello", actor=olga).author == olga
        assert assign_conversation(kept, to=ivan, actor=olga).assignee == ivan


def test_an_admin_hands_it_over_and_answers_only_then(workspace, kept, admin):
    with scope(workspace), pytest.raises(KeptByOwner):
        answer_conversation(kept, text="Quick", actor=admin)
    with scope(workspace):
        assign_conversation(kept, to=admin, actor=admin)
        assert answer_conversation(kept, text="Now", actor=admin).author == admin


def test_it_is_kept_no_longer_when_the_owner_has_left_or_the_team_lets_anyone(
    workspace, team, kept, olga, ivan, admin
):
    with scope(workspace):
        remove_member(olga, actor=admin)
        assert assign_conversation(kept, to=ivan, actor=ivan).assignee == ivan
        anyone = {team: Way(Strategy.BY_HAND, hands_back=False)}
        change_assignment(default_team=None, capacity=9, ways=anyone, capacities={}, actor=None)
        assert assign_conversation(kept, to=admin, actor=admin).assignee == admin


def test_every_door_says_why(client, workspace, kept, olga, ivan):
    client.force_login(ivan.user)
    page, htmx = f"/{workspace.slug}/inbox/", {"HX-Request": "true"}
    _token, secret = factories.make_api_token(ivan)
    bearer = {"Authorization": f"Bearer {secret}"}
    api = f"/api/v1/conversations/{kept.number}/"
    json = {"content_type": "application/json"}

    refused = [
        client.post(f"{page}{kept.number}/assignment/", headers=htmx),
        client.post(f"{page}{kept.number}/messages/", {"text": "Hi"}, headers=htmx),
        client.put(f"{api}assignment/", {"assignee": ivan.pk}, headers=bearer, **json),
        client.delete(f"{api}assignment/", headers=bearer),
        client.post(f"{api}messages/", {"text": "Hi"}, headers=bearer, **json),
    ]
    several = client.post(
        f"{page}several/assignment/", {"number": kept.number, "assignee": ivan.pk}, headers=htmx
    )

    assert [answer.status_code for answer in refused] == [409] * 5
    for answer in [*refused, several]:
        assert "Olga Ivanova keeps this conversation." in answer.content.decode()
    assert several.json()["refused"] == [kept.number]
    assert owner_of(kept) == olga


def say_again(workspace, kept, settle):
    with scope(workspace):
        receive_message(kept.channel, factories.incoming(kept.handle.value, "Still there?"))
    while settle(workspace):
        pass


def test_while_the_owner_is_away_the_customer_hears_it_once_until_somebody_answers(
    workspace, kept, olga, settle
):
    say_again(workspace, kept, settle)
    assert automatic(kept) == []

    with scope(workspace):
        go_away(olga)
    say_again(workspace, kept, settle)
    say_again(workspace, kept, settle)
    told = automatic(kept)
    with scope(workspace):
        come_back(olga)
        answer_conversation(kept, text="I am back", actor=olga)
        go_away(olga)
    say_again(workspace, kept, settle)

    assert told == ["We have received your message. Olga will answer as soon as they are back."]
    assert automatic(kept) == told * 2


def test_it_is_told_when_the_hours_begin_again_in_the_customers_language(
    workspace, team, kept, olga, monkeypatch
):
    monday = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: monday)
    week = [((540, 1020),)] * 7
    with scope(workspace):
        change_hours(team, zone="Asia/Kolkata", country="", week=week, exceptions={}, actor=None)
        contact = kept.contact
        contact.visit = {"language": "ru-RU"}
        contact.save(update_fields=["visit"])
        said = tell_owner_away(kept.pk)
        assert said.text == (
            "Мы получили ваше сообщение. Olga ответит после 23 ноября 2026 г., 09:00 (Asia/Kolkata)."
        )
        assert tell_owner_away(kept.pk) is None


def test_hours_that_never_open_name_no_time(workspace, team, kept, olga):
    with scope(workspace):
        change_hours(team, zone="UTC", country="", week=[()] * 7, exceptions={}, actor=None)
        assert tell_owner_away(kept.pk).text.endswith("as soon as they are back.")


def test_who_vanishes_gives_back_what_is_unanswered_after_a_while(
    workspace, team, kept, olga, settings, redis
):
    with scope(workspace):
        TeamRouting.objects.filter(team=team).update(hands_back=True)
    settings.VANISHED_AFTER = timedelta(seconds=0)
    who = presence.member(olga.pk)
    hand_back_of_vanished()
    assert owner_of(kept) == olga  # who was never here has not vanished

    presence.arrive(workspace.pk, who, "one")
    presence.arrive(workspace.pk, who, "two")
    presence.leave(workspace.pk, who, "one")
    hand_back_of_vanished()
    assert owner_of(kept) == olga

    settings.VANISHED_AFTER = timedelta(hours=1)
    presence.leave(workspace.pk, who, "two")
    hand_back_of_vanished()
    assert owner_of(kept) == olga

    settings.VANISHED_AFTER = timedelta(seconds=0)
    presence.arrive(workspace.pk, who, "three")
    hand_back_of_vanished()
    assert owner_of(kept) == olga

    presence.leave(workspace.pk, who, "three")
    hand_back_of_vanished()
    assert owner_of(kept) is None
    assert presence.members_gone(settings.VANISHED_AFTER) == []
