"""The base of every door that a visitor of a chat widget uses."""

from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.api_views import ScopedView
from accounts.errors import DomainError
from accounts.http import place_of
from accounts.limits import spend
from accounts.permissions import CheckedByView
from accounts.prepared import Prepared
from inbox import doors
from inbox.actions.visitors import check_token, sender_of_token
from inbox.connectors import connector_for
from inbox.connectors.base import Forged, Sender
from inbox.models import Channel

KEYED = Prepared(lambda key: Channel.objects.filter(key=key), "key")


class UnknownChannel(DomainError):
    code: ClassVar[str] = "not_found"
    status: ClassVar[int] = 404


class WrongOrigin(DomainError):
    code: ClassVar[str] = "wrong_origin"
    status: ClassVar[int] = 403


class VisitorView(ScopedView):
    """Finds the channel whose visitor is asking."""

    permission_classes = [CheckedByView]
    key: str
    channel: Channel
    token: str

    def dispatch(self, request: Any, *args: Any, key: str, **kwargs: Any) -> HttpResponseBase:
        self.key = key
        return super().dispatch(request, *args, **kwargs)

    def find_workspace(self, request: HttpRequest) -> int | None:
        return doors.workspace_of_channel(self.key)

    def enter(self) -> None:
        if (channel := KEYED.first(key=self.key)) is None:
            raise Channel.DoesNotExist
        self.channel = channel

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
        spend("visitor", self.token)
        spend("visitor-address", place_of(request))

    @cached_property
    def sender(self) -> Sender:
        return sender_of_token(self.channel, self.token)
