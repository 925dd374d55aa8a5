"""Mails about ratings: one that asks for it, one that tells of a bad one."""

from django.conf import settings
from django.urls import reverse

from accounts.follow_ups import follow_up_task
from accounts.letters import Words, ring_for
from accounts.models import Event, Letter, User
from accounts.tenancy import after_commit, current_workspace
from analytics.actions import ratings
from analytics.rating_links import link_to_rate
from inbox.enums import EventKind, Rating
from inbox.models import Conversation


@follow_up_task
def ask_for_rating(event: Event) -> None:
    """After a conversation was closed: its contact is asked how it was."""
    ratings.owe_rating_request(_conversation(event.subject_id))


@follow_up_task
def alert_of_bad_rating(event: Event) -> None:
    """After a conversation was rated: a bad word is heard by whoever leads."""
    if event.data["value"] != Rating.BAD:
        return
    conversation, comment = _conversation(event.subject_id), event.data.get("comment", "")
    for letter in ratings.tell_of_bad_rating(conversation, comment=comment):
        after_commit(ring_for, letter)


def write_request(letter: Letter) -> Words | None:
    """Ask, unless it is in work again, rated, or not theirs any more."""
    conversation = _conversation(letter.subject_id)
    if not ratings.is_askable(conversation) or conversation.contact.email != letter.email:
        return None
    if ratings.is_refused(letter.email):
        return None
    context = {
        "workspace": current_workspace(),
        "conversation": conversation,
        "stop": link_to_rate(conversation),
        "faces": [(value, link_to_rate(conversation, value)) for value in Rating],
    }
    return Words("analytics/email/rating_request", context)


def write_alert(letter: Letter) -> Words | None:
    conversation = _conversation(letter.subject_id)
    rated = Event.objects.about(conversation).filter(kind=EventKind.CONVERSATION_RATED).first()
    if rated is None:
        return None
    reader = User.objects.filter(email=letter.email).first()
    context = {
        "workspace": current_workspace(),
        "conversation": conversation,
        "comment": rated.data.get("comment", ""),
        "link": f"{settings.BASE_URL}{reverse('conversation', args=[conversation.number])}",
    }
    language = reader.language if reader else ""
    return Words("analytics/email/bad_rating", context, language=language)


def _conversation(pk: int) -> Conversation:
    return Conversation.objects.with_people().get(pk=pk)


WRITERS = {ratings.REQUEST: write_request, ratings.ALERT: write_alert}
