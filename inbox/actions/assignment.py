"""Decide whose a conversation is: a person's, a team's, nobody's."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership, Team
from inbox import events
from inbox.actions.taking_over import refuse_taking_over
from inbox.enums import EventKind
from inbox.models import Conversation

# Why an automaton did it, in words that a timeline can tell in every language: ``{"by": …}``.
Because = Mapping[str, str] | None


class NotActive(DomainError):
    code: ClassVar[str] = "not_active"


@transaction.atomic
def assign_conversation(
    conversation: Conversation,
    *,
    to: Membership,
    actor: Membership | None,
    because: Because = None,
    is_held: bool = False,
) -> Conversation:
    """
    Make a person responsible. Assigning to whom it belongs already changes nothing.

    :param is_held: the caller holds its row, which is as this instance says.
    :raises NotActive: if that person has left.
    :raises KeptByOwner: if it is somebody's who keeps it.
    """
    if not (to.is_active and to.user.is_active):
        raise NotActive(_("%s no longer works here.") % to.user.display_name)
    if not is_held:
        conversation = Conversation.locked(conversation.pk)
    if conversation.assignee_id == to.pk:
        return conversation
    refuse_taking_over(conversation, actor=actor)

    before = conversation.assignee_id
    conversation.assignee = to
    events.record(
        EventKind.CONVERSATION_ASSIGNED,
        conversation,
        actor=actor,
        before=before,
        assignee=to.pk,
        name=to.user.display_name,
        **told(because),
    )
    return conversation


@transaction.atomic
def unassign_conversation(
    conversation: Conversation, *, actor: Membership | None, because: Because = None
) -> Conversation:
    """
    Give the conversation back to everybody.

    :raises KeptByOwner: if it is somebody's who keeps it.
    """
    conversation = Conversation.locked(conversation.pk)
    if conversation.assignee is None:
        return conversation
    refuse_taking_over(conversation, actor=actor)

    former = conversation.assignee
    conversation.assignee = None
    events.record(
        EventKind.CONVERSATION_UNASSIGNED,
        conversation,
        actor=actor,
        before=former.pk,
        assignee=former.pk,
        name=former.user.display_name,
        **told(because),
    )
    return conversation


@transaction.atomic
def move_conversation(
    conversation: Conversation,
    *,
    to: Team | None,
    actor: Membership | None,
    because: Because = None,
) -> Conversation:
    """Hand the conversation to a team's queue, or to none."""
    conversation = Conversation.locked(conversation.pk)
    if conversation.team_id == (to.pk if to else None):
        return conversation

    conversation.team = to
    events.record(
        EventKind.CONVERSATION_MOVED,
        conversation,
        actor=actor,
        team=to.pk if to else None,
        name=to.name if to else "",
        **told(because),
    )
    return conversation


def told(because: Because) -> dict[str, Any]:
    return {"because": dict(because)} if because else {}
