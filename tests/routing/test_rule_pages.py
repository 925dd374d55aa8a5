"""The page on which rules are built and tried, and what makes no sense there."""

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.teams import dissolve_team
from routing import trial
from routing.models import Rule, RuleRun
from tests import factories
from tests.routing.test_conditions import ask, every
from tests.support.furnishing import make_rule

TAG = {"a0.what": "tag", "a0.values": "late"}
WORDS = {"c0.what": "text", "c0.is": "1", "c0.values": "refund, money back"}
NEW = {"name": "New", "is_on": "on", "triggers": "opened", "c.join": "all"} | TAG


@pytest.fixture
def ask_for(client, workspace, admin):
    """Call a page of the settings as an admin."""
    client.force_login(admin.user)

    def call(tail, said=None, **how):
        address = f"/{workspace.slug}/settings/rules/{tail}"
        return client.get(address) if said is None else client.post(address, said, **how)

    return call


def only_rule(workspace):
    with scope(workspace):
        return Rule.objects.get()


def test_a_rule_is_made_changed_and_told_in_the_audit_log(ask_for, workspace, team):
    groups = {"c1.join": "any", "c1.0.what": "team", "c1.0.values": [team.pk, 0], "c1.0.is": "0"}
    made = ask_for("", NEW | WORDS | groups | {"stops": "on"})

    rule = only_rule(workspace)
    assert made.url.endswith(f"/settings/rules/{rule.pk}/")
    assert rule.conditions == every(
        ask("text", "refund", "money back"),
        {"join": "any", "of": [ask("team", team.pk, 0, holds=False)]},
    )
    assert (rule.stops, rule.actions) == (True, [{"do": "tag", "with": "late", "named": "late"}])
    page = ask_for(f"{rule.pk}/").content.decode()
    assert "refund, money back" in page
    assert ask_for(f"{rule.pk}/", NEW | {"name": "Other"}).status_code == 302
    with scope(workspace):
        [first, second] = Event.objects.filter(kind="rule.changed").order_by("pk")
    assert (first.data["name"], second.data["after"]["name"]) == ("New", "Other")
    said = first.data["after"]
    assert said["conditions"] == f"text: refund, money back and (not team: {team.pk}, 0)"
    assert said["actions"] == ["tag late"]
    ask_for(f"{rule.pk}/removal/", {})
    with scope(workspace):
        assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": " "}, "Give the rule a name"),
        ({"name": "x" * 81}, "Give the rule a name"),
        ({"triggers": "horoscope"}, "Choose when the rule is tried."),
        ({"a0.values": " "}, "A tag has between 1 and 60 characters."),
        ({"a0.what": "reply"}, None),
        ({"a0.what": "team", "a0.values": "99999"}, "What was chosen here is gone."),
        ({"a0.what": "person", "a0.values": "x"}, "What was chosen here is gone."),
        ({"a0.what": "team", "a0.values": ""}, "What was chosen here is gone."),
        ({"a0.what": "horoscope"}, "Choose what is done."),
        ({"c0.what": "horoscope"}, "Choose what is asked."),
        ({"c0.what": "text", "c0.values": " , "}, "Write a word"),
        ({"c0.what": "channel"}, "Choose one at least."),
        ({"c0.what": "pattern", "c0.values": "(a"}, "This is no pattern that can be read"),
        ({"c0.what": "pattern", "c0.values": "a" * 301}, "at most 300 characters"),
        ({"c0.what": "pattern", "c0.values": ""}, "Write a pattern"),
        ({"c0.what": "waiting", "c0.values": "soon"}, "is no length of time"),
        ({"c0.what": "waiting", "c0.values": ""}, "Write a length of time"),
        ({"c0.what": "text", "c0.values": "a\x00b<script>", "name": ""}, "Give the rule"),
    ],
    ids=range(18),
)
def test_what_makes_no_sense_is_told_beside_it_and_nothing_is_kept(ask_for, workspace, said, words):
    answer = ask_for("", NEW | said)

    page = answer.content.decode()
    assert answer.status_code == (422 if words else 302)
    if words:
        assert words in page
    assert "ab<script>" not in page
    with scope(workspace):
        assert Rule.objects.exists() == (words is None)


def test_two_rules_have_two_names(ask_for, workspace):
    make_rule(workspace, name="New")

    answer = ask_for("", NEW)

    assert answer.status_code == 422
    assert "Another rule has this name." in answer.content.decode()


def test_buttons_lengthen_and_shorten_the_draft_and_keep_nothing(ask_for, workspace):
    def drawn(said, button):
        answer = ask_for("", said | {"edit": button})
        assert answer.status_code == 200
        return answer.content.decode()

    assert 'name="c0.what"' in drawn(NEW, "add:c")
    assert 'name="c1.0.what"' in drawn(NEW | WORDS, "group:c")
    assert 'name="a1.what"' in drawn(NEW, "action")
    assert 'name="a0.what"' not in drawn(NEW, "drop:a0")
    assert 'name="c0.what"' not in drawn(NEW | WORDS, "drop:c0")
    assert drawn(NEW, "drop:nothing").count('name="a0.what"') == 1
    assert "Give the rule a name" in drawn(NEW | {"name": ""}, "check")
    with scope(workspace):
        assert not Rule.objects.exists()


def test_a_rule_that_names_what_is_gone_says_so(ask_for, workspace, team, admin):
    gone = {"do": "team", "with": team.pk, "named": team.name}
    rule = make_rule(workspace, actions=[gone], conditions=every(ask("team", team.pk)))
    with scope(workspace):
        dissolve_team(team, actor=admin)

    page = ask_for(f"{rule.pk}/").content.decode()

    assert page.count("What was chosen here is gone.") == 2


def test_a_trial_says_what_would_have_matched_and_changes_nothing(
    ask_for, workspace, channel, settle, monkeypatch
):
    monkeypatch.setattr(trial, "AT_ONCE", 2)
    talks = [
        factories.make_conversation(channel, text=text)
        for text in ("A refund", "Hello", "Hi", "Refund it", "Good day")
    ]
    while settle(workspace):
        pass
    with scope(workspace):
        before_it = Event.objects.count()
    found, before, parts = [], "", 0
    while parts == 0 or before:
        part = ask_for("trial/", NEW | WORDS | {"before": before}, headers={"HX-Request": "true"})
        page = part.content.decode()
        before = page.partition('data-before="')[2].partition('"')[0]
        found += [one.number for one in talks if f"inbox/{one.number}/" in page]
        parts += 1

    assert (found, parts) == ([talks[3].number, talks[0].number], 3)
    assert 'data-of="5"' in ask_for("trial/", NEW, headers={"HX-Request": "true"}).content.decode()
    assert "it says “refund”" in ask_for("trial/", NEW | WORDS).content.decode()
    with scope(workspace):
        assert (Event.objects.count(), RuleRun.objects.count()) == (before_it, 0)
    refused = ask_for("trial/", NEW | {"triggers": ""}, headers={"HX-Request": "true"})
    assert (refused.status_code, refused["X-Refusal"]) == (422, "unready")


@pytest.mark.parametrize("count", [1, 30])
def test_a_trial_asks_no_more_of_many(
    ask_for, workspace, channel, admin, django_assert_max_num_queries, count
):
    for _ in range(count):
        talk = factories.make_conversation(channel, text="A refund")
        with scope(workspace):
            assign_conversation(talk, to=admin, actor=admin)
    with django_assert_max_num_queries(19):
        ask_for("trial/", NEW | WORDS, headers={"HX-Request": "true"})
