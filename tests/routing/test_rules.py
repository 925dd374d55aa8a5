"""Rules run when something happened: in their order, once, for a reason that is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions.people import remove_member
from accounts.models import Event, FollowUp, Letter
from accounts.tenancy import scope
from analytics.models import Fact
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.lifecycle import close_conversation
from inbox.actions.ratings import rate_conversation
from inbox.actions.receiving import receive_message
from inbox.actions.teams import dissolve_team
from inbox.actions.triage import prioritize_conversation
from inbox.actions.undoing import undo
from inbox.enums import EventKind, MessageKind, Priority, Rating
from routing.actions.doings import ALERT
from routing.actions.rules import delete_rule, move_rule
from routing.actions.running import run_rules
from routing.models import Rule, RuleRun, SlaClock, SlaPolicy, TeamRouting
from routing.rulebook import current_rules
from tests import factories
from tests.routing.test_conditions import ask, every


def to(team):
    return {"do": "team", "with": team.pk, "named": team.name}


def tag(name):
    return {"do": "tag", "with": name, "named": name}


def told(conversation, kind=EventKind.RULE_APPLIED):
    with scope(conversation.workspace):
        return [one.data for one in Event.objects.about(conversation).filter(kind=kind)]


def tags_of(conversation):
    with scope(conversation.workspace):
        return sorted(conversation.tags.values_list("name", flat=True))


def test_a_rule_moves_tags_and_makes_urgent_and_says_why(workspace, channel, team, rule, follow):
    urgent = {"do": "priority", "with": 3, "named": "Urgent"}
    rule("Refunds", to(team), tag("refund"), urgent, when=[ask("text", "money back")])
    asked = factories.make_conversation(channel, text="I want my money back")
    other = factories.make_conversation(channel, text="Hello")

    now, calm = follow(asked), follow(other)

    assert (now.team, now.priority, tags_of(asked)) == (team, Priority.URGENT, ["refund"])
    assert (calm.team, calm.priority, tags_of(other)) == (None, Priority.NORMAL, [])
    [ran] = told(asked)
    assert (ran["name"], told(other)) == ("Refunds", [])
    assert ran["why"] == [{"ask": "text", "is": True, "found": "money back"}]
    assert [did["came"] for did in ran["did"]] == ["done"] * 3
    moved = told(asked, EventKind.CONVERSATION_MOVED)[0]
    assert moved["because"]["by"] == "rule"


def test_rules_are_tried_in_their_order_until_one_stops_the_list(
    workspace, channel, rule, follow, admin
):
    first, last = rule("First", tag("1"), stops=True), rule("Last", tag("2"))
    rule("Off", tag("3"), is_on=False)

    one = factories.make_conversation(channel)
    follow(one)
    with scope(workspace):
        move_rule(last, to=0, actor=admin)
    two = factories.make_conversation(channel)
    follow(two)
    with scope(workspace):
        delete_rule(first, actor=admin)
    three = factories.make_conversation(channel)
    follow(three)

    assert [tags_of(talk) for talk in (one, two, three)] == [["1"], ["1", "2"], ["2"]]


def test_a_first_message_is_read_once_and_later_ones_by_rules_about_messages(
    workspace, channel, rule, follow
):
    rule("Both", tag("both"), on=["opened", "received"])
    rule("Later", tag("later"), on=["received"], when=[ask("text", "again")])
    talk = factories.make_conversation(channel)
    follow(talk)
    assert [ran["name"] for ran in told(talk)] == ["Both"]

    with scope(workspace):
        receive_message(channel, factories.incoming(talk.handle.value, "Me again"))
    follow(talk)

    assert [ran["name"] for ran in told(talk)] == ["Both", "Both", "Later"]


def test_a_change_of_status_and_a_rating_set_rules_off(workspace, channel, admin, rule, follow):
    rule("Done", tag("done"), on=["status"], when=[ask("status", "closed")])
    rule("Bad", tag("bad"), on=["rated"], when=[ask("rating", "bad")])
    talk = factories.make_conversation(channel)
    with scope(workspace):
        close_conversation(talk, actor=admin)
        rate_conversation(talk, value=Rating.BAD)
    follow(talk)

    assert tags_of(talk) == ["bad", "done"]


def test_a_person_is_not_overruled_by_a_rule_that_comes_late(
    workspace, channel, team, operator, admin, rule, follow
):
    elsewhere = factories.make_team(workspace, "Elsewhere")
    person = {"do": "person", "with": admin.pk, "named": "Ada"}
    low = {"do": "priority", "with": 0, "named": "Low"}
    rule("Late", to(team), person, low)
    talk = factories.make_conversation(channel)
    with scope(workspace):
        move_conversation(talk, to=elsewhere, actor=operator)
        assign_conversation(talk, to=operator, actor=operator)
        prioritize_conversation(talk, to=Priority.HIGH, actor=operator)

    now = follow(talk)

    assert (now.team, now.assignee, now.priority) == (elsewhere, operator, Priority.HIGH)
    assert [did["came"] for did in told(talk)[0]["did"]] == ["decided"] * 3


def test_what_is_gone_is_told_and_stops_nothing(workspace, channel, team, admin, rule, follow):
    leaver = factories.make_membership(workspace, name="Lea Gone")
    policy = {"do": "promise", "with": 9_999, "named": "Gold"}
    person = {"do": "person", "with": leaver.pk, "named": "Lea Gone"}
    rule("Old", to(team), person, policy, {"do": "horoscope"}, tag("late"))
    with scope(workspace):
        remove_member(leaver, actor=admin)
        dissolve_team(team, actor=admin)
    talk = factories.make_conversation(channel)

    follow(talk)

    came = [(did["do"], did["name"], did["came"]) for did in told(talk)[0]["did"]]
    assert came == [
        ("team", team.name, "gone"),
        ("person", "Lea Gone", "gone"),
        ("promise", "Gold", "gone"),
        ("horoscope", "", "gone"),
        ("tag", "late", "done"),
    ]


def test_rules_that_set_each_other_off_run_once_each_and_are_seen(
    workspace, channel, team, rule, follow, client, admin
):
    other = factories.make_team(workspace, "Other")
    back = rule("Back", to(team), on=["moved"], when=[ask("team", other.pk)])
    forth = rule("Forth", to(other), on=["moved"], when=[ask("team", team.pk)])
    talk = factories.make_conversation(channel)
    with scope(workspace):
        move_conversation(talk, to=team, actor=None)

    now = follow(talk)

    assert now.team == team
    assert [ran["name"] for ran in told(talk)] == ["Forth", "Back"]
    assert [ran["name"] for ran in told(talk, EventKind.RULE_STOPPED)] == ["Forth"]
    with scope(workspace):
        stopped = RuleRun.objects.exclude(fought=[]).get()
    assert (stopped.rule_id, stopped.fought) == (forth.pk, [forth.pk, back.pk])
    client.force_login(admin.user)
    page = client.get(f"/{workspace.slug}/settings/rules/").content.decode()
    assert "Back, Forth set each other off" in page


def test_a_note_a_mail_to_a_colleague_and_a_promise(workspace, channel, admin, rule, follow):
    hidden = factories.make_membership(workspace, limited=True, name="Lim Ited")
    with scope(workspace):
        elsewhere = factories.make_team(workspace, "Elsewhere")
        policy = SlaPolicy.objects.create(name="Gold", resolution=60, team=elsewhere)
        SlaPolicy.objects.create(name="All", first_response=30)
    rule(
        "Gold",
        {"do": "note", "with": "Careful", "named": "Careful"},
        {"do": "notify", "with": admin.pk, "named": "Ada"},
        {"do": "notify", "with": hidden.pk, "named": "Lim Ited"},
        {"do": "promise", "with": policy.pk, "named": "Gold"},
    )
    talk = factories.make_conversation(channel)
    follow(talk)

    assert [did["came"] for did in told(talk)[0]["did"]] == ["done", "done", "hidden", "done"]
    with scope(workspace):
        note = talk.messages.get(kind=MessageKind.NOTE)
        letter = Letter.objects.get(kind=ALERT)
        clocks = SlaClock.objects.filter(conversation=talk, ended_at=None)
        promised = sorted(clocks.values_list("policy__name", "promise"))
    assert (note.text, note.author, note.is_automatic) == ("Careful", None, True)
    assert letter.email == admin.user.email
    assert promised == [("Gold", "resolution")]


@pytest.mark.parametrize("count", [1, 100])
def test_a_hundred_rules_ask_no_more_than_one(workspace, channel, rule, settle, count):
    for n in range(count):
        rule(f"Rule {n}", tag("never"), when=[ask("text", f"word {n}"), ask("pattern", f"p{n}")])
    talk = factories.make_conversation(channel)
    with scope(workspace):
        opened = Event.objects.about(talk).get(kind=EventKind.CONVERSATION_OPENED)
        assert len(current_rules()) == count
        with CaptureQueriesContext(connection) as asked:
            run_rules(opened)
    assert len(asked) <= 8, [one["sql"] for one in asked]


def test_what_is_given_away_by_a_rule_is_asked_for_once(workspace, channel, operator, rule, settle):
    """Held by whoever runs the rules, it is not locked and read again by each thing that they do."""
    gives = {"do": "person", "with": operator.pk, "named": "Olga"}
    rule("Whose", gives, on=["opened", "received"])
    factories.make_conversation(channel, "ada")
    while settle(workspace):
        pass
    talk = factories.make_conversation(channel, "bob")

    with CaptureQueriesContext(connection) as asked:
        settle(workspace)

    with scope(workspace):
        talk.refresh_from_db()
        kinds = list(Event.objects.about(talk).order_by("seq").values_list("kind", flat=True))
        assert not FollowUp.objects.exists()
        counted = sorted(Fact.objects.filter(conversation=talk).values_list("kind", flat=True))
    assert (talk.assignee_id, kinds[2:]) == (operator.pk, ["conversation.assigned", "rule.applied"])
    assert counted == ["assigned", "opened"]
    assert len([one for one in asked if "FOR UPDATE" in one["sql"]]) == 3
    assert len(asked) <= 72, [one["sql"] for one in asked]


def test_a_rule_that_cannot_be_read_is_left_out(workspace, channel, rule, follow):
    rule("Good", tag("good"))
    bad = rule("Bad", tag("bad"))
    with scope(workspace):
        Rule.objects.filter(pk=bad.pk).update(conditions=every(ask("horoscope")))
    talk = factories.make_conversation(channel)
    follow(talk)

    assert tags_of(talk) == ["good"]


def test_the_default_team_takes_only_what_no_rule_moved(
    workspace, channel, team, rule, given, follow
):
    other = factories.make_team(workspace, "Other")
    rule("Move", to(other), when=[ask("text", "refund")])
    given(default=team)
    moved = factories.make_conversation(channel, text="refund")
    rest = factories.make_conversation(channel, text="hello")

    assert (follow(moved).team, follow(rest).team) == (other, team)
    assert len(told(moved, EventKind.CONVERSATION_MOVED)) == 1


def test_what_a_person_did_is_taken_back_although_a_rule_followed(
    workspace, channel, operator, rule, follow
):
    rule("Done", tag("done"), on=["status"], when=[ask("status", "closed")])
    talk = factories.make_conversation(channel)
    with scope(workspace):
        seq = close_conversation(talk, actor=operator).last_seq
    follow(talk)
    with scope(workspace):
        back = undo(talk, seq=seq, actor=operator)
    assert (back.status, tags_of(talk)) == ("open", ["done"])


def test_an_owner_keeps_what_a_rule_would_give_to_another(
    workspace, orders, team, olga, admin, rule, follow
):
    with scope(workspace):
        TeamRouting.objects.create(team=team, keeps_owner=True)
    talk = factories.make_conversation(orders)
    with scope(workspace):
        assign_conversation(talk, to=olga, actor=olga)
    rule("Give", {"do": "person", "with": admin.pk, "named": "Ada"}, on=["received"])
    with scope(workspace):
        receive_message(orders, factories.incoming(talk.handle.value, "Again"))

    assert follow(talk).assignee == olga
    assert told(talk)[-1]["did"][0]["came"] == "kept"
