"""Settings: who works here, as what, and in which teams."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import limits
from accounts.actions.invitations import (
    AlreadyHere,
    invite_people,
    resend_invitation,
    revoke_invitation,
)
from accounts.actions.people import change_member, remove_member
from accounts.errors import Taken
from accounts.http import WorkspaceRequest
from accounts.invitation_mail import KIND
from accounts.models import Invitation, Letter, Membership, Team
from accounts.people_forms import InviteForm, RightsForm
from accounts.permissions import LADDER, Permission, demand, needed_for, requires, table
from accounts.views.frame import frame

LONGEST_QUERY = 100  # letters


@require_GET
@requires(Permission.MANAGE_OPERATORS)
def index(request: WorkspaceRequest) -> HttpResponse:
    return people_page(request)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_OPERATORS)
def invitations(request: WorkspaceRequest) -> HttpResponse:
    """GET opens the drawer; POST invites everybody named in it."""
    initial = {"role": "operator"}
    form = InviteForm(request.POST or None, actor=request.membership, initial=initial)
    if form.is_bound and form.is_valid():
        said = dict(form.cleaned_data)
        emails = said.pop("emails")
        for _email in emails:
            limits.spend("invitation", str(request.workspace.pk))
        try:
            invite_people(emails, actor=request.membership, **said)
        except (AlreadyHere, Taken) as error:
            form.add_error("emails", str(error))
        else:
            return redirect("people")
    return people_page(request, "settings/_invite.html", form=form)


@require_POST
@requires(Permission.MANAGE_OPERATORS)
def resending(request: WorkspaceRequest, pk: int) -> HttpResponse:
    limits.spend("invitation", str(request.workspace.pk))
    invitation = get_object_or_404(Invitation.objects.all(), pk=pk)
    resend_invitation(invitation, actor=request.membership)
    return redirect("people")


@require_POST
@requires(Permission.MANAGE_OPERATORS)
def revocation(request: WorkspaceRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.all(), pk=pk)
    revoke_invitation(invitation, actor=request.membership)
    return redirect("people")


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_OPERATORS)
def member(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """GET opens a person's drawer; POST changes their role and teams."""
    person = _member(request, pk)
    form = RightsForm(
        request.POST or None,
        actor=request.membership,
        keep=person.role,
        initial=_rights(person),
    )
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        change_member(person, actor=request.membership, **said)
        return redirect("people")
    return people_page(request, "settings/_member.html", form=form, person=person)


@require_POST
@requires(Permission.MANAGE_OPERATORS)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    remove_member(_member(request, pk), actor=request.membership)
    return redirect("people")


def people_page(request: WorkspaceRequest, drawer: str = "", **context: Any) -> HttpResponse:
    """Draw the page with one drawer open, or none."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    form = context.get("form")
    context = {"person": None, "team": None} | context
    invitations = [] if query else list(Invitation.objects.for_list())
    context |= {
        "drawer": drawer,
        "query": query,
        "members": list(_found(query)),
        "invitations": invitations,
        "letters": Letter.objects.newest_about(KIND, [one.pk for one in invitations]),
        "now": timezone.now(),
        "teams": list(_teams()),
        "roles": LADDER,
        "table": table(),
        "needed_for": needed_for,
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "settings/people.html", context | frame(request), status=status)


def _found(query: str) -> Any:
    people = Membership.objects.for_list().prefetch_related("team_memberships__team")
    for word in query.split()[:5]:
        in_team = Q(team_memberships__team__name__icontains=word)
        person = Q(user__name__icontains=word) | Q(user__email__icontains=word)
        people = people.filter(pk__in=Membership.objects.filter(person | in_team).values("pk"))
    return people


def _teams() -> Any:
    return Team.objects.order_by("name", "pk").prefetch_related(
        "team_memberships__membership__user"
    )


def _member(request: WorkspaceRequest, pk: int) -> Membership:
    person: Membership = get_object_or_404(Membership.objects.for_list(), pk=pk)
    if person.pk != request.membership.pk:
        demand(request.membership, needed_for(person.role))
    return person


def _rights(person: Membership) -> dict[str, Any]:
    teams = person.team_memberships.values_list("team_id", flat=True)
    return {"role": person.role, "limited": person.limited_to_teams, "teams": list(teams)}
