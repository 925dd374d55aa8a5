"""Settings: when the workspace and its teams are at work."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import WorkspaceRequest
from accounts.models import Team
from accounts.permissions import Permission, requires
from accounts.views.frame import frame
from routing.actions.hours import change_hours, forget_hours
from routing.forms.hours import HoursForm
from routing.hours import calendar_of
from routing.models import WorkingHours


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def everywhere(request: WorkspaceRequest) -> HttpResponse:
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_TEAMS)
def of_team(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Team.objects.all(), pk=pk))


def _page(request: WorkspaceRequest, team: Team | None) -> HttpResponse:
    """Show hours, keep what was typed, or forget them when ``none`` is named."""
    own = WorkingHours.objects.filter(team=team).first()
    shown = own or (WorkingHours.objects.filter(team=None).first() if team else None)
    form = HoursForm(request.POST or None, hours=shown, zone=request.user.time_zone or "UTC")
    if "none" in request.POST:
        forget_hours(team, actor=request.membership)
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        change_hours(team, **form.said(), actor=request.membership)
        return redirect(request.path)
    context = {"hours": form, "team": team, "own": own} | _standing(team)
    status = 422 if form.is_bound else 200
    return render(request, "settings/hours.html", frame(request) | context, status=status)


def _standing(team: Team | None) -> dict[str, object]:
    """Say how it stands now: what the page shows is what promises and visitors see."""
    calendar, now = calendar_of(team.pk if team else None), timezone.now()
    opening = calendar.next_opening(now)
    with_own = WorkingHours.objects.exclude(team=None).values_list("team_id", flat=True)
    return {
        "teams": list(Team.objects.order_by("name", "pk")),
        "with_own": set(with_own),
        "never_opens": opening is None,
        "opens_at": opening if opening and opening > now else None,
        "closes_at": calendar.closes_at(now),
    }
