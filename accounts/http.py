"""Requests inside a workspace."""

from collections.abc import Callable
from ipaddress import IPv6Network, ip_address

from django.http import HttpRequest, HttpResponse
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace


class WorkspaceRequest(HttpRequest):
    """A request behind WorkspaceMiddleware: whose workspace, and who asks."""

    user: User
    workspace: Workspace
    membership: Membership
    htmx: HtmxDetails


def address_of(request: HttpRequest) -> str | None:
    """Return where the request came from; a server behind a Unix socket may not know."""
    try:
        return str(ip_address(request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return None


def place_of(request: HttpRequest) -> str:
    """Return what limits count: the address, or the network that one customer gets of IPv6."""
    return network_of(address_of(request) or "") or "unknown"


def network_of(address: str) -> str:
    if ":" not in address:
        return address
    return str(IPv6Network((address.partition("%")[0], 64), strict=False).network_address)


class Unfinished(HttpResponse):
    """
    A view's word that its transaction may end, and that work remains which none may wait for.

    ``WorkspaceMiddleware`` calls ``finish`` once the scope is closed, and answers with what it returns.
    """

    def __init__(self, finish: Callable[[], HttpResponse]) -> None:
        super().__init__()
        self.finish = finish
