"""What becomes of conversations when a team or a person goes."""

from django.db import transaction

from accounts.actions.teams import delete_team
from accounts.models import Membership, Team
from inbox.actions.assignment import move_conversation, unassign_conversation
from inbox.enums import Status
from inbox.models import Conversation


@transaction.atomic
def dissolve_team(team: Team, *, actor: Membership | None) -> None:
    """Delete a team; what it had to answer waits in no team, where everybody but the limited sees it."""
    # Whoever moves a conversation there meanwhile waits, and then finds no such team.
    team = Team.objects.select_for_update().get(pk=team.pk)
    waiting = Conversation.objects.filter(team=team).exclude(status=Status.CLOSED)
    for conversation in waiting.order_by("pk"):
        move_conversation(conversation, to=None, actor=actor)
    delete_team(team, actor=actor)


@transaction.atomic
def hand_back_conversations(member: Membership, *, actor: Membership | None) -> None:
    """Give what a person was responsible for back to their teams' queues."""
    theirs = Conversation.objects.filter(assignee=member).exclude(status=Status.CLOSED)
    for conversation in theirs.order_by("pk"):
        unassign_conversation(conversation, actor=actor)
