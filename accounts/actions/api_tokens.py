"""Make and revoke keys to the API."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.people import fresh_actor
from accounts.enums import EventKind, Role, TokenScope
from accounts.errors import DomainError
from accounts.models import ApiToken, Membership
from accounts.models.api_token import hash_secret, new_secret
from accounts.permissions import Permission, demand, scopes_for

LONGEST_LIFE = timedelta(days=366)
MOST_TOKENS = 50  # of one person, or of the workspace, at a time


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

    :raises BadToken: for a bad name, time or scope, or if there are too many.
    """
    membership = fresh_actor(membership)  # whose removal would miss a token made meanwhile
    token = ApiToken(membership=membership, scope=scope, name=name, expires_at=expires_at)
    return _created(token, actor)


@transaction.atomic
def create_workspace_token(
    *, name: str, role: Role, scope: TokenScope, expires_at: datetime, actor: Membership
) -> tuple[ApiToken, str]:
    """
    Make a token that acts as the workspace itself, with a role's permissions.

    :raises NotAllowed: unless a super admin asks.
    :raises BadToken: for a bad name, time or scope, or if there are too many.
    """
    demand(actor, Permission.MANAGE_SECURITY)
    return _created(ApiToken(role=role, scope=scope, name=name, expires_at=expires_at), actor)


@transaction.atomic
def revoke_token(token: ApiToken, *, actor: Membership | None) -> ApiToken:
    """
    End a token at once; ending it again changes nothing.

    :raises NotAllowed: if it is neither theirs nor are they a super admin.
    """
    token = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if actor and token.membership_id != actor.pk:
        demand(actor, Permission.MANAGE_SECURITY)
    if token.revoked_at is None:
        _revoke(token, actor)
    return token


@transaction.atomic
def revoke_tokens_of(
    membership: Membership, *, made_until: datetime, actor: Membership | None
) -> None:
    """End what a person left behind, so that it does not come to life should they come back."""
    theirs = ApiToken.objects.filter(membership=membership, revoked_at=None)
    left = theirs.filter(created_at__lte=made_until).order_by("pk")
    for token in left.select_for_update(of=("self",)):
        _revoke(token, actor)


def _revoke(token: ApiToken, actor: Membership | None) -> None:
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    events.record(EventKind.API_TOKEN_REVOKED, token, actor=actor, name=token.name)


def _created(token: ApiToken, actor: Membership | None) -> tuple[ApiToken, str]:
    token.name = " ".join(token.name.replace("\x00", "").split())
    if not 0 < len(token.name) <= 80:  # noqa: PLR2004
        raise BadToken(_("A token's name has between 1 and 80 characters."))
    now = timezone.now()
    if not now < token.expires_at <= now + LONGEST_LIFE:
        raise BadToken(_("A token ends at a time ahead of us, within a year."))
    if token.scope not in scopes_for(token.bearer):
        raise BadToken(_("A token may not do more than whom it acts as."))
    others = ApiToken.objects.filter(membership=token.membership, revoked_at=None)
    if others.filter(expires_at__gt=now).count() >= MOST_TOKENS:
        raise BadToken(_("At most %d tokens at a time. Revoke one first.") % MOST_TOKENS)
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
