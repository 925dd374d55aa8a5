"""Who may do what. One table; every door asks it."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, ClassVar

from django.http import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission

from accounts.enums import Role
from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from accounts.models import Membership


class Permission(StrEnum):
    ANSWER = "answer"
    MANAGE_CHANNELS = "manage_channels"


_EVERYONE = frozenset({Role.OPERATOR, Role.ADMIN, Role.SUPER_ADMIN})
_ADMINS = frozenset({Role.ADMIN, Role.SUPER_ADMIN})

GRANTED: dict[Permission, frozenset[Role]] = {
    Permission.ANSWER: _EVERYONE,
    Permission.MANAGE_CHANNELS: _ADMINS,
}


class NotAllowed(DomainError):
    code: ClassVar[str] = "not_allowed"
    status: ClassVar[int] = 403


def may(membership: Membership, permission: Permission) -> bool:
    return membership.role in GRANTED[permission]


View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """Refuse a workspace view to memberships without the permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: WorkspaceRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.membership, permission):
                raise NotAllowed(_("This is for admins. Ask an admin of the workspace."))
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


class DenyByDefault(BasePermission):
    """An API view without a permission of its own answers nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class AllowVisitors(BasePermission):
    """The view checks the visitor's token itself."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return True
