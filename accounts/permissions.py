"""Who may do what. One table; every door asks it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.db import models
from django.http import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission

from accounts.enums import Role, TokenScope
from accounts.errors import DomainError
from accounts.http import WorkspaceRequest
from accounts.models import Membership


class Permission(models.TextChoices):
    """What a person may do; the labels are read in the product and in docs/permissions.md."""

    ANSWER = "answer", _("Read and answer the conversations they see")
    SEE_STATISTICS = "see_statistics", _("See statistics")
    SEND_MAILINGS = "send_mailings", _("Send mailings")
    MANAGE_CHANNELS = "manage_channels", _("Set up channels")
    MANAGE_TEAMS = "manage_teams", _("Set up teams")
    MANAGE_RULES = "manage_rules", _("Set up rules")
    MANAGE_TAGS = "manage_tags", _("Set up tags")
    MANAGE_SAVED_REPLIES = "manage_saved_replies", _("Write shared saved replies")
    MANAGE_KNOWLEDGE = "manage_knowledge", _("Write the knowledge base")
    DELETE_CONVERSATIONS = "delete_conversations", _("Delete conversations")
    EXPORT_CONTACTS = "export_contacts", _("Export contacts")
    MANAGE_OPERATORS = "manage_operators", _("Invite, change and remove operators")
    MANAGE_ADMINS = "manage_admins", _("Invite, change and remove admins")
    MANAGE_SECURITY = (
        "manage_security",
        _("Read the audit log, revoke others' API tokens, set sign-in rules"),
    )
    MANAGE_WORKSPACE = "manage_workspace", _("Change the workspace itself")


_EVERYONE = frozenset({Role.OPERATOR, Role.ADMIN, Role.SUPER_ADMIN})
_ADMINS = frozenset({Role.ADMIN, Role.SUPER_ADMIN})
_SUPER_ADMINS = frozenset({Role.SUPER_ADMIN})

GRANTED: dict[str, frozenset[Role]] = {
    Permission.ANSWER: _EVERYONE,
    Permission.SEE_STATISTICS: _ADMINS,
    Permission.SEND_MAILINGS: _ADMINS,
    Permission.MANAGE_CHANNELS: _ADMINS,
    Permission.MANAGE_TEAMS: _ADMINS,
    Permission.MANAGE_RULES: _ADMINS,
    Permission.MANAGE_TAGS: _ADMINS,
    Permission.MANAGE_SAVED_REPLIES: _ADMINS,
    Permission.MANAGE_KNOWLEDGE: _ADMINS,
    Permission.DELETE_CONVERSATIONS: _ADMINS,
    Permission.EXPORT_CONTACTS: _ADMINS,
    Permission.MANAGE_OPERATORS: _ADMINS,
    Permission.MANAGE_ADMINS: _SUPER_ADMINS,
    Permission.MANAGE_SECURITY: _SUPER_ADMINS,
    Permission.MANAGE_WORKSPACE: _SUPER_ADMINS,
}
# As people read it: from the least to the most.
LADDER = (Role.OPERATOR, Role.ADMIN, Role.SUPER_ADMIN)


def table() -> list[tuple[Permission, list[bool]]]:
    """List every permission with a yes or no for each role of LADDER."""
    return [(one, [role in GRANTED[one] for role in LADDER]) for one in Permission]


# How far a token must be trusted to change what a permission guards; reading takes READ.
# What is not named here takes ADMIN.
TRUSTED_FROM: dict[Permission, TokenScope] = {Permission.ANSWER: TokenScope.WRITE}


class NotAllowed(DomainError):
    code: ClassVar[str] = "not_allowed"
    status: ClassVar[int] = 403

    def __init__(self, message: str, permission: str = "") -> None:
        super().__init__(message)
        self.permission = permission


def may(membership: Membership, permission: str) -> bool:
    return membership.role in GRANTED[permission]


def needed_for(role: str) -> Permission:
    """Name what it takes to invite, change or remove somebody of this role."""
    return Permission.MANAGE_OPERATORS if role == Role.OPERATOR else Permission.MANAGE_ADMINS


def demand(membership: Membership, permission: str) -> None:
    """
    Refuse whoever lacks the permission.

    :raises NotAllowed: with a sentence that says whom to ask.
    """
    if may(membership, permission):
        return
    if Role.ADMIN in GRANTED[permission]:
        why = gettext("This is for admins. Ask an admin of the workspace.")
    else:
        why = gettext("This is for super admins. Ask one of the workspace.")
    raise NotAllowed(why, permission)


def who_may(permission: str) -> list[Membership]:
    """Return those who work here and have a permission."""
    people = Membership.objects.for_list()
    return list(people.filter(role__in=GRANTED[permission])) if permission else []


def scopes_for(membership: Membership) -> list[TokenScope]:
    """List how far a token of somebody may be trusted: no further than their role reaches."""
    reached = {
        TRUSTED_FROM.get(one, TokenScope.ADMIN) for one in Permission if may(membership, one)
    }
    return [scope for scope in TokenScope if scope == TokenScope.READ or scope in reached]


def is_trusted(scope: TokenScope, permission: Permission, *, changes: bool) -> bool:
    needed = TRUSTED_FROM.get(permission, TokenScope.ADMIN) if changes else TokenScope.READ
    levels = list(TokenScope)
    return levels.index(scope) >= levels.index(needed)


View = Callable[..., HttpResponseBase]


def requires(permission: Permission) -> Callable[[View], View]:
    """Refuse a workspace view to memberships without the permission."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: WorkspaceRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            demand(request.membership, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


class DenyByDefault(BasePermission):
    """An API view without a permission of its own answers nobody."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return False


class CheckedByView(BasePermission):
    """The view checks the token itself."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return True
