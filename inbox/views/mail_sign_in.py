"""
Settings: somebody signs in to a mailbox at its service, and comes back with a code.

What was begun is known to the session of the browser that began it: by a ``state`` that is good
once, for one channel and for ten minutes. Services allow one address to come back to, which leads
on into the workspace, where everybody's rights are asked as ever.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import DomainError
from accounts.http import Unfinished, WorkspaceRequest
from accounts.limits import spend
from accounts.permissions import Permission, requires
from accounts.tenancy import scope
from inbox.actions.mail_grants import drop_grant, keep_grant
from inbox.connectors.base import ConnectorError
from inbox.connectors.mail.oauth import Service, consent_url, new_secret, redeem
from inbox.models import Channel
from inbox.oauth_services import service_of
from inbox.views.mail_channels import mail_channel

BEGUN, RETURNED = "mail_sign_ins_begun", "mail_sign_ins_returned"
LIFE = 600  # seconds to consent in
MOST = 10  # begun at once in one browser
LONGEST = 4_000  # characters of a code


class NotOffered(DomainError):
    code = "not_offered"


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_CHANNELS)
def sign_in(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """POST leads to the service; GET, on the way back, keeps what it gives for the code."""
    channel = mail_channel(pk)
    if request.method == "POST":
        return _begin(request, channel)
    said = _take(request.session, RETURNED, f"{request.workspace.pk} {pk}")
    if said is None:
        return _stopped(request, _stale(), 400, reverse("mail-servers", args=[pk]))
    return Unfinished(lambda: _finish(request, channel, said))


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Forget what the service gave; a password is typed instead."""
    drop_grant(mail_channel(pk), actor=request.membership)
    return redirect("mail-servers", pk)


@require_GET
def back(request: HttpRequest, service: str) -> HttpResponse:
    """Take who comes from a service to where they began."""
    said = _take(request.session, BEGUN, request.GET.get("state", ""))
    if said is None or said["service"] != service:
        return _stopped(request, _stale(), 400)
    slug, pk = said["workspace"], said["channel"]
    code = request.GET.get("code", "")
    if not code or len(code) > LONGEST:
        sentence = _("%(name)s was told not to let us in. Nothing has changed.") % said
        words = request.GET.get("error_description") or request.GET.get("error", "")
        return _stopped(request, sentence, 403, _inside(slug, "mail-servers", pk), words[:300])
    key = f"{said['workspace_id']} {pk}"
    _keep(request.session, RETURNED, key, said | {"code": code})
    return redirect(_inside(slug, "mail-sign-in", pk))


def _begin(request: WorkspaceRequest, channel: Channel) -> HttpResponse:
    service = service_of(request.POST.get("service", ""))
    if service is None or not service.is_configured:
        raise NotOffered(_("Nobody can sign in there: this installation is not known to it."))
    spend("mail-sign-in", str(request.membership.pk))
    state, verifier = new_secret(), new_secret()
    said = {
        "workspace": request.workspace.slug,
        "workspace_id": request.workspace.pk,
        "channel": channel.pk,
        "service": service.key,
        "name": service.name,
        "verifier": verifier,
    }
    _keep(request.session, BEGUN, state, said)
    place = consent_url(
        service,
        redirect_uri=_redirect_uri(service),
        state=state,
        verifier=verifier,
        address=channel.address,
    )
    # A page and no redirect: a form of ours may not lead elsewhere, says our policy.
    return render(request, "settings/mail_leaving.html", {"service": service, "place": place})


def _finish(request: WorkspaceRequest, channel: Channel, said: dict[str, Any]) -> HttpResponse:
    slug, pk = request.workspace.slug, channel.pk
    service = service_of(said["service"])
    if service is None:
        return _stopped(request, _stale(), 400, _inside(slug, "mail-servers", pk))
    code, verifier = said["code"], said["verifier"]
    try:
        uri = _redirect_uri(service)
        tokens = redeem(service, code=code, verifier=verifier, redirect_uri=uri)
    except ConnectorError as error:
        sentence = _("%(name)s has not let us in. Nothing has changed.") % {"name": service.name}
        place = _inside(slug, "mail-servers", pk)
        return _stopped(request, sentence, 409, place, str(error))
    with scope(request.workspace):
        kept = keep_grant(
            mail_channel(pk), service=service, tokens=tokens, actor=request.membership
        )
        return redirect("mail-test" if kept.is_unfinished else "channel", pk)


def _redirect_uri(service: Service) -> str:
    return f"{settings.BASE_URL}/accounts/mail/{service.key}/"


def _inside(slug: str, name: str, pk: int) -> str:
    """Return the address of a page in a workspace, from outside of it."""
    return f"/{slug}{reverse(name, urlconf=settings.WORKSPACE_URLCONF, args=[pk])}"


def _stale() -> str:
    return _("This sign-in has run out, was used, or was begun in another browser. Begin again.")


def _stopped(
    request: HttpRequest, sentence: str, status: int, place: str = "", words: str = ""
) -> HttpResponse:
    context = {"sentence": sentence, "place": place, "words": words}
    return render(request, "settings/mail_sign_in_stopped.html", context, status=status)


def _keep(session: SessionBase, kind: str, key: str, said: dict[str, Any]) -> None:
    kept = session.get(kind, {}) | {key: said | {"until": timezone.now().timestamp() + LIFE}}
    session[kind] = dict(list(kept.items())[-MOST:])


def _take(session: SessionBase, kind: str, key: str) -> dict[str, Any] | None:
    """Return what was kept under a key, which is gone then."""
    kept = session.get(kind, {})
    if key not in kept:
        return None
    said: dict[str, Any] = kept[key]
    session[kind] = {name: one for name, one in kept.items() if name != key}
    return said if said["until"] > timezone.now().timestamp() else None
