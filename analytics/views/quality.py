"""Quality review: draw a sample, go through it without knowing whose work it is, see how it comes out."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, demand, may, requires
from accounts.views.frame import frame
from analytics import words
from analytics.access import sees_own
from analytics.actions.reviews import (
    Unfinished,
    Verdict,
    give_review,
    history_of,
    save_review,
    withdraw_review,
)
from analytics.actions.sampling import draw_sample
from analytics.bench import Bench, Talk, samples
from analytics.enums import Criterion, Mark
from analytics.models import MOST_EACH, QualityReview, QualitySample, SampledConversation
from analytics.periods import Period
from analytics.scores import POINTS, is_whole
from analytics.trend import Trend
from analytics.words import CRITERIA

EACH = 3
OWN = 50  # reviews that an operator reads at once


@require_http_methods(["GET", "POST"])
@requires(Permission.SEE_STATISTICS)
def index(request: WorkspaceRequest) -> HttpResponse:
    """Show a sample, the newest unless another is named, and the trend; POST draws one."""
    if request.method == "GET":
        return _home(request)
    try:
        sample = draw_sample(
            _period(request.POST, request),
            each=_number(request.POST.get("each", "")) or EACH,
            actor=request.membership,
        )
    except DomainError as error:
        return _home(request, str(error), status=error.status)
    return redirect(f"{reverse('quality')}?sample={sample.pk}")


@require_GET
@requires(Permission.SEE_STATISTICS)
def item(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _page(request, _item(request, pk))


@require_POST
@requires(Permission.SEE_STATISTICS)
def draft(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Keep what is marked so far; a script hears what it adds up to."""
    review = save_review(_item(request, pk), Verdict.parse(request.POST), actor=request.membership)
    if request.htmx:
        return JsonResponse({"score": review.score_so_far, "whole": is_whole(review.marks)})
    return redirect("quality-item", pk)


@require_POST
@requires(Permission.SEE_STATISTICS)
def giving(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Give a review and go on to the next conversation, or stay with one that was revised."""
    one, verdict = _item(request, pk), Verdict.parse(request.POST)
    was_given = one.reviews.given().filter(reviewer=request.membership).exists()
    try:
        give_review(one, verdict, actor=request.membership)
    except Unfinished as error:
        return _page(request, one, str(error), verdict, status=error.status)
    if was_given:
        return redirect("quality-item", pk)
    following = Bench.of(one.sample, request.membership).after(one)
    if following is None:
        return redirect(f"{reverse('quality')}?sample={one.sample_id}&given={pk}")
    return redirect(f"{reverse('quality-item', args=[following.item.pk])}?given={pk}")


@require_POST
@requires(Permission.SEE_STATISTICS)
def withdrawal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    withdraw_review(_item(request, pk), actor=request.membership)
    return redirect("quality-item", pk)


@require_GET
def own(request: WorkspaceRequest) -> HttpResponse:
    """Show somebody the reviews of their own work, where the workspace lets them."""
    me = request.membership
    if not sees_own(request):
        demand(me, Permission.SEE_STATISTICS)
    found = QualityReview.objects.given().filter(item__operator=me)
    people = ("item__conversation__contact", "item__conversation__channel", "reviewer__user")
    context = {
        "trend": _trend(request, me.pk),
        "reviews": found.select_related(*people).order_by("-given_at", "-pk")[:OWN],
    }
    return render(request, "analytics/quality_own.html", _shell(request) | context)


def _home(request: WorkspaceRequest, refusal: str = "", *, status: int = 200) -> HttpResponse:
    known = samples()
    named = _number(request.GET.get("sample", ""))
    sample = next((one for one in known if one.pk == named), known[0] if known else None)
    whose = _number(request.GET.get("operator", ""))
    context = _shell(request) | _list(request, sample) | {"samples": known, "refusal": refusal}
    context |= {
        "trend": _trend(request, whose),
        "whose": whose,
        "days": _period({}, request),
        "asked": {name: request.POST.get(name, "") for name in ("from", "to")},
        "each": _number(request.POST.get("each", "")) or EACH,
        "most_each": MOST_EACH,
    }
    return render(request, "analytics/quality.html", context, status=status)


def _page(
    request: WorkspaceRequest,
    one: SampledConversation,
    refusal: str = "",
    verdict: Verdict | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    mine = one.reviews.filter(reviewer=request.membership).first()
    is_given = bool(mine and mine.is_given)
    context = _shell(request) | _list(request, one.sample)
    context |= {
        "item": one,
        "review": mine,
        "said": verdict or mine or Verdict(),
        "refusal": refusal,
        "is_blind": not is_given,
        "is_revising": is_given and ("revise" in request.GET or bool(refusal)),
        "talk": Talk.of(one, is_blind=not is_given),
        "beside": context["bench"].beside(one),
        "following": context["bench"].after(one),
        **(_revealed(one, mine) if mine and is_given else {}),
    }
    return render(request, "analytics/quality_item.html", context, status=status)


def _revealed(one: SampledConversation, mine: QualityReview) -> dict[str, Any]:
    """Return what is told only to those whose own review is given."""
    others = one.reviews.given().exclude(pk=mine.pk)
    return {
        "others": list(others.select_related("reviewer__user").order_by("given_at")),
        "history": history_of(mine),
    }


def _list(request: WorkspaceRequest, sample: QualitySample | None) -> dict[str, Any]:
    bench = Bench.of(sample, request.membership) if sample else None
    named = _number(request.GET.get("given", ""))
    lines = bench.lines if bench else []
    given = next((line for line in lines if line.item.pk == named and line.is_given), None)
    return {"sample": sample, "bench": bench, "just_given": given}


def _item(request: WorkspaceRequest, pk: int) -> SampledConversation:
    found = SampledConversation.objects.reviewable_by(request.membership)
    people = ("sample", "operator__user", "conversation__contact", "conversation__channel")
    return get_object_or_404(found.select_related(*people), pk=pk)


def _trend(request: WorkspaceRequest, operator: int | None) -> Trend:
    zone = _period({}, request).zone
    criterion = request.GET.get("criterion", "")
    return Trend.read(now=timezone.now(), zone=zone, criterion=criterion, operator=operator)


def _period(said: Any, request: WorkspaceRequest) -> Period:
    return Period.parse(said, zone=request.user.time_zone, now=timezone.now())


def _number(said: str) -> int | None:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None  # noqa: PLR2004


def _shell(request: WorkspaceRequest) -> dict[str, Any]:
    return frame(request) | {
        "criteria": [(one, one.label, CRITERIA[one], POINTS[one]) for one in Criterion],
        "marks": list(Mark),
        "in_words": words.in_words,
        "day_range": words.days_in_words,
        "sees_all": may(request.membership, Permission.SEE_STATISTICS),
    }
