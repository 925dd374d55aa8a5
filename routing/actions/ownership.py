"""Tell customers whose owner is away that they were heard."""

from django.db import transaction
from django.utils import timezone

from accounts.models import Event
from inbox.actions.automatic import NotAnswered, answer_automatically
from inbox.enums import EventKind, MessageKind
from inbox.models import Conversation, Message
from routing.hours import calendar_of
from routing.models import TeamRouting
from routing.ownership import is_kept, words_for

BY = "owner_away"


@transaction.atomic(savepoint=False)
def tell_owner_away(conversation_id: int) -> Message | None:
    """
    Send one message, until a person answers, if the owner who keeps the conversation is away.

    Away is who says so, and everybody outside the team's hours.
    """
    if not TeamRouting.objects.filter(keeps_owner=True).exists():
        return None
    conversation = Conversation.locked(conversation_id)
    owner = conversation.assignee
    if owner is None or not conversation.is_open or not is_kept(conversation):
        return None
    calendar = calendar_of(conversation.team_id)
    is_here = not owner.is_away and calendar.is_open(timezone.now())
    if is_here or _told_since_an_answer(conversation):
        return None
    words = words_for(conversation, owner, calendar)
    try:
        return answer_automatically(conversation, text=words, because={"by": BY}, again=True)
    except NotAnswered:
        return None


def _told_since_an_answer(conversation: Conversation) -> bool:
    answers = conversation.messages.filter(kind=MessageKind.OUTGOING, is_automatic=False)
    last = answers.order_by("-seq").values_list("seq", flat=True).first() or 0
    told = Event.objects.about(conversation).filter(kind=EventKind.MESSAGE_QUEUED, seq__gt=last)
    return told.filter(data__because__by=BY).exists()
