"""Where mail services post what came, kept before we say that we have it, and what became of ours."""

import logging
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.errors import DomainError
from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import doors, postbox
from inbox.actions.mail_hooks import (
    keys_of,
    note_ignored,
    note_refused,
    note_taken,
    services_of,
)
from inbox.actions.mail_reports import record_report
from inbox.connectors.base import ConnectorError, Forged, Malformed
from inbox.connectors.mail import sns
from inbox.connectors.mail.hooks import SERVICES, Brought, Post
from inbox.connectors.mail.reports import Report, is_report, of_amazon, reports_in
from inbox.enums import ChannelKind
from inbox.models import Channel

logger = logging.getLogger(__name__)

STOP = 406  # by which Mailgun hears not to try again; the others do for every 4xx or give up soon


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive(request: HttpRequest, service: str, key: str) -> HttpResponse:
    """Take the mails and reports of one post; HEAD is how some services see that somebody is there."""
    found = _channel(service, key)
    if found is None:
        return _say(404, "unknown", "There is no such channel.")
    if request.method == "HEAD":
        return HttpResponse()
    workspace, channel = found
    try:
        mails, reports = _read(service, _post(request), channel)
        _keep(*found, mails)
    except (ConnectorError, DomainError) as error:
        logger.warning("A post to channel %s was refused: %s", channel.pk, error)
        with scope(workspace):
            note_refused(channel, str(error))
        return _refusal(error)
    for report in reports:
        with scope(workspace):
            if not record_report(channel, report):
                note_ignored(channel, report)
    with scope(workspace):
        note_taken(channel)
    return JsonResponse({})


def _post(request: HttpRequest) -> Post:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Post(settings.BASE_URL + request.path, headers, request.read())


def _refusal(error: ConnectorError | DomainError) -> HttpResponse:
    if isinstance(error, Forged):
        return _say(401, "forged", str(error))
    if isinstance(error, Malformed | postbox.BadMail):
        return _say(STOP, "malformed", str(error))
    if isinstance(error, DomainError):
        return _say(error.status, error.code, str(error))
    return _say(503, "not_now", str(error))


def _channel(service: str, key: str) -> tuple[Workspace, Channel] | None:
    """Find the channel of a key, if this service brings it mails or takes them from it."""
    workspace_id = doors.workspace_of_channel(key)
    workspace = Workspace.objects.filter(pk=workspace_id).first() if workspace_id else None
    if workspace is None:
        return None
    with scope(workspace):
        channel = Channel.objects.filter(key=key, kind=ChannelKind.EMAIL).first()
    return (workspace, channel) if channel and service in services_of(channel) else None


def _read(service: str, post: Post, channel: Channel) -> tuple[list[Brought], list[Report]]:
    """
    Read a post that proves where it comes from: mails, and what became of ours.

    :raises Forged: if it does not; nothing of it is read then.
    """
    said = _proven(service, post, keys_of(channel, service))
    if service == "ses":
        if said["Type"] == "SubscriptionConfirmation":
            sns.confirm(said)
            return [], []
        brings = channel.setting("hook") == service
        return list(sns.mails_of(said)) if brings else [], list(of_amazon(said))
    if is_report(service, post) or channel.setting("hook") != service:
        return [], reports_in(service, post)
    return list(SERVICES[service].mails(post)), reports_in(service, post)


def _proven(service: str, post: Post, keys: list[str]) -> dict[str, Any]:
    """Try each key, and return what Amazon says."""
    refusal = Forged("Nobody has said what proves the service.")
    for key in keys:
        try:
            if service == "ses":
                return sns.verify(post, key)
            SERVICES[service].verify(post, key, time.time())
        except (Forged, Malformed) as error:
            refusal = Forged(str(error))
        else:
            return {}
    raise refusal


def _keep(workspace: Workspace, channel: Channel, mails: list[Brought]) -> None:
    """Keep every mail that is one; a post of nothing else is refused."""
    refused = []
    for one in mails:
        try:
            postbox.bring(
                *(workspace, channel, one.raw),
                sender=one.sender,
                recipient=one.recipient,
                once=one.once,
            )
        except postbox.BadMail as error:
            refused.append(error)
    if refused and len(refused) == len(mails):
        raise refused[0]


def _say(status: int, code: str, sentence: str) -> JsonResponse:
    return JsonResponse({"detail": sentence, "code": code}, status=status)
