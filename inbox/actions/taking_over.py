"""Refuse what takes a conversation from an owner who keeps it."""

from typing import ClassVar

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import Permission, may
from inbox import owners
from inbox.models import Conversation


class KeptByOwner(DomainError):
    code: ClassVar[str] = "kept_by_owner"


def refuse_taking_over(conversation: Conversation, *, actor: Membership | None) -> None:
    """
    Let only the owner, or whoever sets up teams, give the conversation to somebody else.

    :raises KeptByOwner: if another tries.
    """
    if (
        actor
        and not may(actor, Permission.MANAGE_TEAMS)
        and _belongs_to_another(conversation, actor)
    ):
        raise KeptByOwner(_kept(conversation))


def refuse_answering(conversation: Conversation, *, actor: Membership | None) -> None:
    """
    Let only the owner answer, whatever others may otherwise do; an automaton is none of them.

    :raises KeptByOwner: if another tries.
    """
    if _belongs_to_another(conversation, actor):
        raise KeptByOwner(_kept(conversation))


def _belongs_to_another(conversation: Conversation, actor: Membership | None) -> bool:
    owner = conversation.assignee
    if owner is None or (actor and owner.pk == actor.pk):
        return False
    return owner.is_active and owner.user.is_active and owners.is_kept(conversation)


def _kept(conversation: Conversation) -> str:
    owner = conversation.assignee
    name = owner.user.display_name if owner else ""
    return _("%s keeps this conversation. Ask them, or an admin, to hand it over.") % name
