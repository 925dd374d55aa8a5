"""Make and revoke keys to the API."""

from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.enums import EventKind, Role, TokenScope
from accounts.errors import DomainError
from accounts.models import ApiToken, Membership
from accounts.models.api_token import hash_secret, new_secret
from accounts.permissions import Permission, demand


class BadToken(DomainError):
    code: ClassVar[str] = "bad_token"
    status: ClassVar[int] = 422


@transaction.atomic
def create_personal_token(
    membership: Membership,
    *,
    name: str,
    scope: TokenScope,
    expires_at: datetime,
    actor: Membership | None,
) -> tuple[ApiToken, str]:
    """
    Make a token that acts as a person; return it with its secret, which is kept nowhere.

    :raises BadToken: if the name is blank or too long, or the time is not ahead.
    """
    token = ApiToken(membership=membership, scope=scope, name=name, expires_at=expires_at)
    return _created(token, actor)


@transaction.atomic
def create_workspace_token(
    *, name: str, role: Role, scope: TokenScope, expires_at: datetime, actor: Membership
) -> tuple[ApiToken, str]:
    """
    Make a token that acts as the workspace itself, with a role's permissions.

    :raises NotAllowed: unless a super admin asks.
    :raises BadToken: if the name is blank or too long, or the time is not ahead.
    """
    demand(actor, Permission.MANAGE_SECURITY)
    return _created(ApiToken(role=role, scope=scope, name=name, expires_at=expires_at), actor)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Membership | None) -> ApiToken:
    """End a token at once; ending it again changes nothing."""
    token = ApiToken.objects.select_for_update().get(pk=token.pk)
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        events.record(EventKind.API_TOKEN_REVOKED, token, actor=actor, name=token.name)
    return token


def _created(token: ApiToken, actor: Membership | None) -> tuple[ApiToken, str]:
    token.name = " ".join(token.name.replace("\x00", "").split())
    if not 0 < len(token.name) <= 80:  # noqa: PLR2004
        raise BadToken(_("A token's name has between 1 and 80 characters."))
    if token.expires_at <= timezone.now():
        raise BadToken(_("That time has passed. Choose a later one."))
    secret = new_secret()
    token.token_hash = hash_secret(secret)
    token.save(force_insert=True)
    events.record(
        EventKind.API_TOKEN_CREATED,
        token,
        actor=actor,
        name=token.name,
        scope=token.scope,
        membership=token.membership_id,
        role=token.role,
    )
    return token, secret
