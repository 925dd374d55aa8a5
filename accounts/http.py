"""Requests inside a workspace."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import Membership, User, Workspace


class WorkspaceRequest(HttpRequest):
    """A request behind WorkspaceMiddleware: whose workspace, and who asks."""

    user: User
    workspace: Workspace
    membership: Membership
    htmx: HtmxDetails
