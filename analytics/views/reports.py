"""Reports: the numbers of a period, and the conversations behind each."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts import zones
from accounts.http import Unfinished, WorkspaceRequest
from accounts.limits import spend
from accounts.permissions import Permission, may, requires
from accounts.views.frame import frame
from analytics import lines, words
from analytics.access import whose_for
from analytics.actions.ratings import ask_for_ratings
from analytics.actions.rules import show_own_numbers
from analytics.counted import Counted
from analytics.exporting import table
from analytics.periods import BadPeriod, Period, presets
from analytics.reports import BENCHMARKS, Report

PAGE = 50
ASKED = ("from", "to", "days", "zone", "whose", "time", "like", "what", "value", "weekday", "hour")


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    whose = whose_for(request)
    context = _shell(request) | _filters(request) | {"report": None, "refusal": ""}
    try:
        period = _period(request)
    except BadPeriod as error:
        context |= {"refusal": str(error)}
        return render(request, "analytics/reports.html", context, status=error.status)
    context |= {"report": _report(request, period, whose), "period": period}
    if context["sees_all"]:
        is_business = context["report"].is_business
        context["channels"] = lines.channels_of(period)
        context["operators"] = lines.operators_of(period, is_business=is_business)
    return render(request, "analytics/reports.html", context)


@require_GET
def conversations(request: WorkspaceRequest) -> HttpResponse:
    """List what a number counted."""
    whose = whose_for(request)
    counted = Counted.parse(request.GET, period=_period(request), whose=whose)
    facts = counted.page(request.membership, before=request.GET.get("before", ""), size=PAGE + 1)
    older = _query(request) | {"before": str(facts[PAGE - 1].pk)} if len(facts) > PAGE else {}
    context = {"counted": counted, "facts": facts[:PAGE], "older": urlencode(older)}
    return render(request, "analytics/conversations.html", context | _shell(request))


@require_GET
def export(request: WorkspaceRequest) -> HttpResponse:
    spend("export", str(request.membership.pk))
    counted = Counted.parse(request.GET, period=_period(request), whose=whose_for(request))
    workspace, membership = request.workspace, request.membership
    name = f"{workspace.slug}-{counted.period.first}-{counted.period.last}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Type": "text/csv; charset=utf-8",
    }
    rows = table(workspace, membership, counted)
    return Unfinished(lambda: StreamingHttpResponse(rows, headers=headers))  # type: ignore[arg-type,return-value]


@require_POST
@requires(Permission.SEE_STATISTICS)
def rules(request: WorkspaceRequest) -> HttpResponse:
    """Say whether operators see their own numbers, and whether contacts are asked for a rating."""
    workspace, actor = request.workspace, request.membership
    show_own_numbers(workspace, shown=request.POST.get("own_numbers") == "on", actor=actor)
    ask_for_ratings(workspace, asked=request.POST.get("rating_requests") == "on", actor=actor)
    return redirect("reports")


def _period(request: WorkspaceRequest) -> Period:
    return Period.parse(request.GET, zone=request.user.time_zone, now=timezone.now())


def _report(request: WorkspaceRequest, period: Period, whose: Any) -> Report:
    return Report.read(
        period,
        whose,
        is_business=request.GET.get("time") == "business",
        benchmark=request.GET.get("like", ""),
        today=period.day_of(timezone.now()),
    )


def _query(request: WorkspaceRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ASKED if request.GET.get(name)}


def _shell(request: WorkspaceRequest) -> dict[str, Any]:
    query = _query(request)
    return frame(request) | {
        "link": lambda **more: urlencode(query | more),
        "in_words": words.in_words,
    }


def _filters(request: WorkspaceRequest) -> dict[str, Any]:
    """Return what may be asked of the report."""
    sees_all = may(request.membership, Permission.SEE_STATISTICS)
    query = _query(request)
    today = Period.parse(
        {"zone": query.get("zone", "")}, zone=request.user.time_zone, now=timezone.now()
    ).last
    return {
        "sees_all": sees_all,
        "asked": {name: query.get(name, "") for name in ASKED},
        "choices": lines.choices() if sees_all else [],
        "zones": zones.choices(),
        "presets": presets(today),
        "today": today,
        "benchmarks": BENCHMARKS,
        "about": words.ABOUT,
    }
