"""What is measured is measured beside a workspace that is as it looks."""

import json

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from analytics.models import Fact
from benchmarks import flow, knowledge, report, routing, seeding
from inbox import timeline
from inbox.actions.messaging import send_message
from inbox.models import Conversation, Message
from knowledgebase import search
from knowledgebase.actions.articles import create_article, publish_translation
from knowledgebase.actions.help_center import name_collection
from knowledgebase.models import ArticleTranslation
from routing.actions.running import run_rules
from routing.rulebook import current_rules
from tests import factories
from tests.support.servers import SERVERS


def test_seeding_copies_whole_conversations_to_other_times(workspace, channel, settle):
    first = factories.make_conversation(channel)
    factories.make_conversation(channel, text="My bell is broken")
    member = factories.make_membership(workspace)
    with scope(workspace):
        send_message(first, text="It is on its way.", actor=member)
    settle(workspace)

    long = factories.make_conversation(channel, text="Are you there?")
    with scope(workspace):
        long = Conversation.objects.select_related("workspace").get(pk=long.pk)

    with SERVERS._connection(SERVERS.database) as admin:
        assert seeding.grow(admin, workspace, 6) == 6
        assert seeding.grow(admin, workspace, 9) == 9
        seeding.lengthen(admin, long, 60)

    with scope(workspace):
        copies = Conversation.objects.filter(preview=Conversation.objects.get(pk=first.pk).preview)
        told = [_told(one) for one in copies]
        assert len({one.last_activity_at for one in copies}) == len(told) == 3
        assert told == told[:1] * 3
        assert sorted(Conversation.objects.values_list("number", flat=True)) == [*range(1, 10)]
        assert Message.objects.count() == 3 * 4 + 59
        assert len(_told(Conversation.objects.get(pk=long.pk))) == timeline.PAGE
        of_conversations = Event.objects.filter(subject_kind="conversation")
        assert Fact.objects.values("event").distinct().count() <= of_conversations.count()
        assert factories.make_conversation(channel).number == 10


def _told(conversation):
    entries = timeline.newest(conversation).entries
    return [(entry.seq, entry.message and entry.message.text) for entry in entries]


def test_figures_are_judged_and_written_for_people_and_programs(tmp_path):
    figures = [
        report.samples("list", [10.0] * 90 + [30.0] * 10, "ms", aim=20),
        report.single("burst", 80, "per s", aim=100, at_least=True),
    ]

    report.write(figures, tmp_path / "quick", heading="Speed")

    told = json.loads((tmp_path / "quick.json").read_text())
    assert [(one["measure"], one["met"], one["aim"]) for one in told] == [
        ("list", False, "p95 ≤ 20"),
        ("burst", False, "≥ 100"),
    ]
    assert (told[0]["median"], told[0]["p99"], told[0]["n"]) == (10, 30, 100)
    assert "0 of 2 aims are kept; missed: list, burst." in (tmp_path / "quick.md").read_text()


def test_rules_are_made_for_the_measure_and_taken_away(workspace, channel, settle):
    member = factories.make_membership(workspace)
    conversation = factories.make_conversation(channel, text="Whose is it? measured 7")
    asked = factories.make_conversation(channel, text="Where is my order?")

    with routing.rules(workspace, 20, member.pk), scope(workspace):
        assert len(current_rules()) == 20
        for opened in Event.objects.filter(kind="conversation.opened"):
            run_rules(opened)
    with scope(workspace):
        assert Conversation.objects.get(pk=conversation.pk).assignee == member
        assert Conversation.objects.get(pk=asked.pk).assignee is None
        assert current_rules() == []


def test_articles_are_written_and_every_question_finds_what_it_is_about(workspace):
    with scope(workspace):
        author = factories.make_membership(workspace, role="admin")
        shelf = name_collection(None, language="en", name="Shelf", actor=author)
        first = create_article(
            collection=shelf, audience="public", language="en", title="Hi", html="Hi", actor=author
        )
        publish_translation(first, actor=author)

    with SERVERS._connection(SERVERS.database) as admin:
        path = knowledge.write_articles(admin, workspace, 60)

    assert path == f"/help/{workspace.slug}/en/articles/{first.article_id}-hi/"
    with scope(workspace):
        live = ArticleTranslation.objects.live()
        found = {
            kind: len(search.find(words, live, language="en", otherwise="en", most=100))
            for kind, words in knowledge.questions().items()
        }
    assert found.pop("four words") > 0
    assert found == {
        "one rare word": 3,
        "a word of every article": 60,
        "four of every article": 60,
        "a rare one and three of every article": 3,
        "what nobody has written": 0,
    }


def test_a_pace_is_kept_and_its_faults_are_told():
    done: list[int] = []

    with flow.Pace(done.append, rate=400, seconds=0.1) as pace:
        pass

    assert sorted(done) == sorted(pace.began) == [*range(40)]
    assert pace.is_over
    with pytest.raises(ZeroDivisionError), flow.Pace(lambda n: 1 / n, rate=100, seconds=0.1):
        pass
