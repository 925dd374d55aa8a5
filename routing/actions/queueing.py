"""Which conversations wait for somebody, and which go back to waiting."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Event, Membership, Team
from inbox.actions.assignment import move_conversation, unassign_conversation
from inbox.enums import EventKind, Status
from inbox.models import Conversation
from routing.enums import Strategy
from routing.models import QueuedConversation, TeamRouting, WorkspaceRouting


@transaction.atomic(savepoint=False)
def queue_conversation(conversation: Conversation) -> bool:
    """
    Have the conversation wait for its team's next person, if it is nobody's; tell whether it does.

    One that nobody gave a team goes to the default team first.
    """
    if conversation.assignee_id or not conversation.is_open:
        return False
    if conversation.team_id is None:
        _move_to_default(conversation)
        return False  # the move queues it
    if (
        not TeamRouting.objects.filter(team=conversation.team_id)
        .exclude(strategy=Strategy.BY_HAND)
        .exists()
    ):
        return False
    since = conversation.waiting_since or timezone.now()
    QueuedConversation.objects.get_or_create(conversation=conversation, defaults={"since": since})
    return True


@transaction.atomic
def queue_team(team: Team) -> None:
    """Have everything wait that the team has not given to anybody, as after a change of its way."""
    theirs = Conversation.objects.filter(team=team, assignee=None, status=Status.OPEN)
    QueuedConversation.objects.bulk_create(
        [
            QueuedConversation(conversation=one, since=one.waiting_since or one.last_activity_at)
            for one in theirs.only("waiting_since", "last_activity_at").order_by("pk")
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def hand_back_unanswered(member: Membership) -> int:
    """Give back what somebody who is away has not answered, where their team wants that."""
    return hand_back(member, by="away") if member.is_away else 0


@transaction.atomic
def hand_back(member: Membership, *, by: str) -> int:
    """Give back what somebody has not answered, and tell why: they are ``away``, or have ``vanished``."""
    teams = TeamRouting.objects.filter(hands_back=True).values("team")
    theirs = Conversation.objects.filter(
        assignee=member, team__in=teams, status=Status.OPEN, waiting_since__isnull=False
    )
    for conversation in theirs.order_by("pk"):
        unassign_conversation(conversation, actor=None, because={"by": by})
    return len(theirs)


def _move_to_default(conversation: Conversation) -> None:
    """Give it the default team, unless somebody has moved it before: they took it out of one."""
    default = WorkspaceRouting.current().default_team
    moved = Event.objects.about(conversation).filter(kind=EventKind.CONVERSATION_MOVED)
    if default and not moved.exists():
        move_conversation(conversation, to=default, actor=None, because={"by": "default_team"})
