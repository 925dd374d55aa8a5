"""Quality review: a fair draw, reviews that hide whose work it is, and what they add up to."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.permissions import NotAllowed
from accounts.tenancy import scope
from analytics.actions.reviews import (
    AlreadyGiven,
    NotGiven,
    OwnWork,
    Unfinished,
    Verdict,
    give_review,
    save_review,
    withdraw_review,
)
from analytics.actions.sampling import NothingToReview, draw_sample
from analytics.bench import Bench, nameless
from analytics.enums import Criterion, EventKind
from analytics.models import QualityReview, QualitySample
from analytics.sampling import drawn
from analytics.scores import POINTS, score_of
from analytics.trend import Trend
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note
from inbox.actions.spam import mark_spam
from inbox.models import Conversation
from tests import factories
from tests.analytics.drawing import WHOLE, answered, draw, give, this_month

# The draw


def test_chance_is_fair_and_can_be_told_again():
    work = {7: range(100, 200), 8: [300], 9: range(400, 402)}

    once = drawn(work, each=3, seed=42)

    assert once == drawn({9: (401, 400), 8: [300], 7: range(199, 99, -1)}, each=3, seed=42)
    assert [sum(one == who for one, _ in once) for who in (7, 8, 9)] == [3, 1, 2]
    assert len(set(once)) == 6
    # Whatever else was closed, what is drawn of one person stays.
    assert {pair for pair in once if pair[0] == 7} == set(drawn({7: work[7]}, each=3, seed=42))
    # Each of a hundred comes up about as often: 3 of 100, 2,000 times over, is 60 times each.
    hits = [pk for seed in range(2000) for _, pk in drawn({7: work[7]}, each=3, seed=seed)]
    assert all(25 < hits.count(pk) < 105 for pk in work[7])


def test_what_is_drawn_is_closed_answered_and_not_the_reviewers_own(
    workspace, channel, operator, ivan, admin
):
    most = answered(channel, ivan, operator, ivan)  # Ivan wrote most of it
    tie = answered(channel, ivan, operator)  # Olga wrote last
    answered(channel, operator, closes=False)
    answered(channel, operator, admin)
    answered(channel, operator, note=admin)
    spam, unanswered = answered(channel, operator), factories.make_conversation(channel)
    with scope(workspace):
        mark_spam(spam, actor=operator)
        close_conversation(unanswered, actor=operator)
    long_ago = answered(channel, operator)
    with scope(workspace):
        before = timezone.now() - timedelta(days=60)
        Conversation.objects.filter(pk=long_ago.pk).update(closed_at=before)

    sample, found = draw(workspace, admin, seed=5)

    assert sorted(found) == sorted([(ivan.pk, most.pk), (operator.pk, tie.pk)])
    assert (sample.of, sample.seed, sample.drawn_by_id) == (2, 5, admin.pk)
    assert draw(workspace, admin, seed=5)[1] == found


def test_a_sample_stays_as_it_was_drawn_and_leaves_out_what_was_reviewed(
    item, admin, channel, operator
):
    give(item, admin)
    with scope(item.workspace), pytest.raises(NothingToReview):
        draw_sample(this_month(), each=3, actor=admin)
    with scope(item.workspace):
        assert QualitySample.objects.count() == 1

    fresh = answered(channel, operator)
    _, found = draw(item.workspace, admin)

    assert found == [(item.operator_id, fresh.pk)]
    with scope(item.workspace):
        assert item.sample.items.count() == 1


def test_only_admins_draw_and_review(item, operator, ivan):
    with scope(item.workspace):
        for who in (operator, ivan):
            with pytest.raises(NotAllowed):
                draw_sample(this_month(), each=3, actor=who)
            with pytest.raises(NotAllowed):
                give_review(item, Verdict.parse(WHOLE), actor=who)
        assert not QualityReview.objects.exists()


def test_nobody_reviews_what_they_took_part_in(item, second, workspace):
    with scope(workspace):
        add_note(item.conversation, text="Mine, too", actor=second)
        assert Bench.of(item.sample, second).lines == []
        for act in (save_review, give_review):
            with pytest.raises(OwnWork):
                act(item, Verdict.parse(WHOLE), actor=second)
        assert not QualityReview.objects.exists()


# Reviews


def test_points_add_up_and_what_was_not_asked_takes_its_along():
    assert sum(POINTS.values()) == 100
    assert score_of(WHOLE) == 100
    # Task 20, partly: 10 lost; tone 15, no: 15 lost.
    assert score_of(WHOLE | {"task": "partly", "tone": "no"}) == 75
    # Without knowledge's 10 points it is 65 of 90: 72.2.
    assert score_of(WHOLE | {"task": "partly", "tone": "no", "knowledge": "none"}) == 72
    assert score_of(dict.fromkeys(map(str, Criterion), "none")) is None
    assert score_of({}) is None


def test_marks_are_kept_as_one_goes_and_given_when_they_are_whole(item, admin):
    nonsense = {"task": "partly", "why-task": " Not\x00 quite ", "tone": "superb", "x": "yes"}
    with scope(item.workspace):
        kept = save_review(item, Verdict.parse(nonsense), actor=admin)
        assert (kept.marks, kept.reasons) == ({"task": "partly"}, {"task": "Not quite"})
        assert (kept.score_so_far, kept.is_given, kept.score) == (50, False, None)
        with pytest.raises(Unfinished, match="Friendly tone"):
            give_review(item, Verdict.parse(nonsense), actor=admin)
        assert not Event.objects.filter(kind__startswith="quality").exists()

    given = give(item, admin, task="partly", note="Ask which wheel")

    with scope(item.workspace):
        event = Event.objects.audited().get(kind=EventKind.REVIEW_GIVEN)
    assert (given.score, given.note) == (90, "Ask which wheel")
    assert (event.actor_id, event.data["name"]) == (admin.pk, f"#{item.conversation.number}")
    # What the audit log shows is that there was one: another reviewer may read it.
    assert not {"before", "after"} & set(event.data)


def test_a_given_review_changes_only_with_a_history(item, admin):
    give(item, admin)
    with scope(item.workspace):
        with pytest.raises(AlreadyGiven):
            save_review(item, Verdict.parse({"task": "no"}), actor=admin)
        give_review(item, Verdict.parse(WHOLE), actor=admin)  # says the same: nothing happened

    give(item, admin, task="no")
    with scope(item.workspace):
        withdrawn = withdraw_review(item, actor=admin)
        with pytest.raises(NotGiven):
            withdraw_review(item, actor=admin)
        told = [
            (
                event.kind,
                (event.data["was"] or {}).get("score"),
                (event.data["says"] or {}).get("score"),
            )
            for event in Event.objects.about(withdrawn).order_by("pk")
        ]

    assert told == [
        ("quality_review.given", None, 100),
        ("quality_review.revised", 100, 80),
        ("quality_review.withdrawn", 80, None),
    ]
    assert (withdrawn.score, withdrawn.given_at, withdrawn.marks["task"]) == (None, None, "no")


def test_names_are_hidden_as_words_of_their_own():
    names = ["Olga Ivanova", "Olga", "Li"]

    assert nameless("Hi, olga ivanova here. Thanks, OLGA!", names) == "Hi, … here. Thanks, …!"
    assert (
        nameless("Lila likes Olgabikes. Li_2 and Li.", names) == "Lila likes Olgabikes. …_2 and …."
    )
    assert nameless("Olga", []) == "Olga"


def test_what_reviews_come_out_at_by_week_operator_and_criterion(
    item, admin, second, channel, ivan
):
    """
    Olga: 80 (task no) by Admin and 100 by Second, both this week: 90; task 0 and 100: 50.
    Ivan: 85 (tone no), three weeks earlier, in Delhi's Monday and in UTC's Sunday.
    """
    give(item, admin, task="no")
    give(item, second)
    other = answered(channel, ivan)
    sample, _ = draw(item.workspace, admin)
    with scope(item.workspace):
        fresh = sample.items.get(conversation=other)
    his = give(fresh, admin, tone="no")
    now = timezone.now()
    monday = (now - timedelta(days=now.weekday() + 21)).replace(hour=0, minute=0, second=0)
    with scope(item.workspace):
        QualityReview.objects.filter(pk=his.pk).update(given_at=monday - timedelta(hours=1))
        trend = Trend.read(now=now, zone=ZoneInfo("UTC"), criterion="")
        delhi = Trend.read(now=now, zone=ZoneInfo("Asia/Kolkata"), criterion="tone")
        hers = Trend.read(
            now=now, zone=ZoneInfo("UTC"), criterion="task", operator=item.operator_id
        )

    assert len(trend.weeks) == 12
    assert [value for value in trend.series if value is not None] == [85, 90]
    assert (trend.series.index(85), trend.series.index(90)) == (7, 11)
    found = {row.operator.pk: row.score for row in trend.rows}
    assert found == {ivan.pk: 85, item.operator_id: 90}
    assert trend.value == pytest.approx((80 + 100 + 85) / 3)
    assert (hers.series[11], hers.value, len(hers.rows)) == (50, 50, 1)
    # The week may turn earlier in Delhi, but the two are in different ones either way.
    assert [value for value in delhi.series if value is not None] == [0, 100]
