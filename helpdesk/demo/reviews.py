"""Reviews that managers have given at Acme: three samples, weeks apart, the last not finished."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.models import Membership, Workspace
from accounts.tenancy import scope
from analytics.actions.reviews import Verdict, give_review
from analytics.actions.sampling import NothingToReview, draw_sample
from analytics.enums import Criterion
from analytics.models import QualitySample
from analytics.periods import Period
from helpdesk.demo import clock, people
from helpdesk.demo.plan import seeded

# How many days ago it was drawn, over how many days, and how many of it are reviewed.
SAMPLES = ((24, 14, 99), (13, 10, 99), (2, 10, 4))
NO, PARTLY, NOT_ASKED = 0.07, 0.26, 0.3  # below which chance says so
NOTES = (
    "Lovely start, and the customer could do it alone afterwards.",
    "Quick and right. Next time name the article, so that they find it again.",
    "The second question went unanswered: ask which one they mean before you close.",
    "Warm all the way, also where the answer was no.",
    "Say what happens next and by when; they wrote again to ask just that.",
    "",
)
WHY = {
    Criterion.KNOWLEDGE: "There is an article on just this.",
    Criterion.OPTIONS: "Collecting it at the shop was possible, too.",
    Criterion.NEXT_STEPS: "They could not know when to expect the parcel.",
    Criterion.SPEED: "Asked for the order number twice.",
}


def give(workspace: Workspace, now: datetime) -> None:
    """Review what was closed; nothing if somebody has drawn a sample already."""
    with scope(workspace):
        if QualitySample.objects.exists():
            return
        members = {m.user.email: m for m in Membership.objects.select_related("user")}
    reviewer = members[people.email_of("owner")]
    for number, (ago, days, most) in enumerate(SAMPLES):
        at = now - timedelta(days=ago)
        with clock.moved(at), scope(workspace):
            _review(reviewer, at, days=days, most=most, number=number)


def _review(reviewer: Membership, at: datetime, *, days: int, most: int, number: int) -> None:
    last = at.date()
    period = Period.parse(
        {"from": str(last - timedelta(days=days)), "to": str(last)}, zone="UTC", now=at
    )
    try:
        sample = draw_sample(period, each=2, actor=reviewer, seed=number + 1)
    except NothingToReview:
        return
    for item in sample.items.order_by("place")[:most]:
        give_review(item, Verdict.parse(_said(number, item.place)), actor=reviewer)


def _said(number: int, place: int) -> Mapping[str, str]:
    """Mark most with yes, and better from sample to sample."""
    rng = seeded(f"review-{number}-{place}")
    said = {}
    for one in Criterion:
        luck = rng.random() + NO * number
        mark = "no" if luck < NO else "partly" if luck < PARTLY else "yes"
        said[one.value] = mark
        if mark != "yes" and one in WHY:
            said[f"why-{one}"] = WHY[one]
    if rng.random() < NOT_ASKED:
        said[Criterion.KNOWLEDGE.value] = "none"
    return said | {"note": rng.choice(NOTES)}
