"""The base of every door that a visitor of a chat widget uses."""

from typing import Any, ClassVar

from django.db import transaction
from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.errors import DomainError
from accounts.limits import TooMany, spend
from accounts.permissions import AllowVisitors
from accounts.tenancy import scope_of
from inbox import doors
from inbox.actions.visitors import check_token, sender_of_token
from inbox.connectors import connector_for
from inbox.connectors.base import Forged, Sender
from inbox.models import Channel

CALLS_PER_MINUTE = 120


class UnknownChannel(DomainError):
    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404


class WrongOrigin(DomainError):
    code: ClassVar[str] = "wrong_origin"
    status: ClassVar[int] = 403


class VisitorView(APIView):
    """Finds the channel and enters its workspace; a refusal undoes what was written."""

    permission_classes = [AllowVisitors]
    channel: Channel
    token: str
    keeps = False  # what was written stays, although the answer is an error

    def dispatch(self, request: Any, *args: Any, key: str, **kwargs: Any) -> HttpResponseBase:
        workspace_id = doors.workspace_of_channel(key)
        if workspace_id is None:
            return super().dispatch(request, *args, **kwargs)
        with scope_of(pk=workspace_id):
            self.channel = Channel.objects.get(key=key)
            answer = super().dispatch(request, *args, **kwargs)
            if answer.status_code >= status.HTTP_400_BAD_REQUEST and not self.keeps:
                # DRF has already turned the exception into this response.
                transaction.set_rollback(True)
            return answer

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not hasattr(self, "channel"):
            raise UnknownChannel(_("There is no such chat."))
        connector = connector_for(self.channel.kind, self.channel.config, self.channel.secrets)
        try:
            connector.verify({**request.headers, "Host": request.get_host()}, b"")
        except Forged as error:
            raise WrongOrigin(str(error)) from error
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        self.token = check_token(token if scheme == "Visitor" else "")
        spend("visitor", self.token, most=CALLS_PER_MINUTE, seconds=60)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, TooMany):
            response["Retry-After"] = str(exc.retry_after)
        return response

    def sender(self) -> Sender:
        return sender_of_token(self.channel, self.token)
