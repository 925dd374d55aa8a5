"""Where the link of an invitation leads: in, for whom it was meant; nowhere, for everybody else."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.actions.invitations import StaleInvitation, accept_invitation
from accounts.doors import workspace_of_invitation
from accounts.errors import refusing
from accounts.forms import JoinForm
from accounts.models import Invitation, Membership, User, Workspace
from accounts.models.invitation import hash_of
from accounts.tenancy import scope


@never_cache
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who invites; POST joins, after signing up where there is no account yet."""
    workspace = workspace_of_invitation(hash_of(token))
    if workspace is None:
        return stale(request)
    with scope(workspace):
        context = _context(token)
    if context is None:
        return stale(request)
    user = _user_of(request, context["invitation"])
    is_new = not User.objects.filter(email=context["email"]).exists()
    form = None
    if is_new and not request.user.is_authenticated:
        form = JoinForm(request.POST or None, email=context["email"])
    if request.method == "POST" and (user or (form and form.is_valid())):
        try:
            joined = _join(workspace, token, user, form)
        except StaleInvitation:
            return stale(request)
        if user is None:
            login(request, joined)
        return redirect(f"/{workspace.slug}/inbox/")
    context |= {"form": form, "fits": user is not None, "path": request.path}
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "accounts/invitation.html", context, status=status)


def stale(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Say the same of a link that is used, withdrawn, too old or made up."""
    return render(request, "accounts/invitation_stale.html", status=404)


def _context(token: str) -> dict[str, Any] | None:
    """Read all that the page shows, which lies in the workspace that invites."""
    rows = Invitation.objects.for_list().alive(timezone.now())
    invitation = rows.select_related("invited_by__user", "workspace").filter(
        token_hash=hash_of(token)
    )
    if (found := invitation.first()) is None:
        return None
    colleagues = Membership.objects.for_list()
    return {
        "invitation": found,
        "email": found.email,
        "inviter": found.invited_by.user,
        "inviting": found.workspace,
        "faces": [member.user for member in colleagues[:4]],
        "colleagues": colleagues.count(),
        "teams": found.team_names,
        "until": date_format(found.expires_at, "j F"),
    }


def _user_of(request: HttpRequest, invitation: Invitation) -> User | None:
    """Return who is signed in, if the invitation is for them."""
    if request.user.is_authenticated and request.user.email == invitation.email:
        return request.user
    return None


def _join(workspace: Workspace, token: str, user: User | None, form: JoinForm | None) -> User:
    with scope(workspace), transaction.atomic():
        if user is None:
            with refusing("accounts_user_email_key", StaleInvitation()):  # pressed twice
                user = cast(JoinForm, form).save()
        # Only the mail holds the token: whoever has it has proved the address.
        EmailAddress.objects.update_or_create(
            user=user,
            email=user.email,
            defaults={"verified": True},
            create_defaults={"verified": True, "primary": True},
        )
        accept_invitation(token, user=user, now=timezone.now())
    return user
