"""What we learn of contacts, and what operators correct."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts import events
from accounts.models import Membership
from inbox import live
from inbox.enums import EventKind
from inbox.models import Channel, Contact, Conversation

MOST_SHOWN = 100  # conversations of one contact that screens may show at once


@transaction.atomic(savepoint=False)
def note_heard(conversation: Conversation, *, at: datetime, page_url: str, page_title: str) -> None:
    """
    Note when and where the contact last wrote, and that the channel works.

    It runs after the message was stored, so that the messages of a channel never queue up
    for its row.
    """
    news: dict[str, object] = {"last_heard_at": at}
    if page_url:
        news |= {"page_url": page_url, "page_title": page_title}
    newer = Q(last_heard_at=None) | Q(last_heard_at__lt=at)
    Contact.objects.filter(newer, pk=conversation.contact_id).update(**news)
    older = Q(last_ok_at=None) | Q(last_ok_at__lt=at)
    Channel.objects.filter(older, pk=conversation.channel_id).update(last_ok_at=at, last_error="")


@transaction.atomic
def change_contact(
    contact: Contact,
    *,
    actor: Membership | None,
    name: str | None = None,
    email: str | None = None,
    is_vip: bool | None = None,
) -> Contact:
    """Write down what a contact is called, where they are reached, how dear they are; None leaves it."""
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    told = {"name": name, "email": email, "is_vip": is_vip}
    news = {
        field: value
        for field, value in told.items()
        if value is not None and value != getattr(contact, field)
    }
    if news:
        before = {field: getattr(contact, field) for field in news}
        for field, value in news.items():
            setattr(contact, field, value)
        contact.save(update_fields=list(news))
        live.show_contact(_locked_conversations(contact))
        events.record(EventKind.CONTACT_CHANGED, contact, actor=actor, before=before, after=news)
    return contact


def _locked_conversations(contact: Contact) -> list[Conversation]:
    """Lock the contact's newest conversations, so that nobody draws them at the same time."""
    newest = Conversation.objects.filter(contact=contact).order_by("-last_activity_at", "-pk")
    ids = list(newest.values_list("pk", flat=True)[:MOST_SHOWN])
    return list(Conversation.objects.lock(ids).prefetch_related("tags"))
