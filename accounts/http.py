"""Requests inside a workspace."""

from ipaddress import ip_address

from django.http import HttpRequest
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
