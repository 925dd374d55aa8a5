"""
The rows of a list: fetched without what they do not show, and drawn once for all who see the same.

What is drawn depends on nothing but what its key says, so nothing drawn is ever out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.template import engines
from django.urls import get_script_prefix
from django.utils import translation
from django.utils.safestring import SafeString

from inbox.models import Conversation, ConversationTag
from inbox.models.conversation_queries import ConversationQuerySet

JOINED = ("contact", "channel", "assignee__user")
SHOWN = (
    *("id", "number", "subject", "status", "priority", "snoozed_until", "last_activity_at"),
    *("waiting_since", "due_at", "due_from", "preview", "preview_kind", "preview_photos"),
    *("last_seq", "incoming_seq", "readers", "channel__kind", "channel__name"),
    *("contact__id", "contact__name", "contact__email"),
)
OF_ASSIGNEE = ("id", "name", "email", "photo")
MOST_KEPT = 5_000  # rows, of 2 kB each

_shown = attrgetter(*(name.replace("__", ".") for name in SHOWN))
_of_assignee = attrgetter(*OF_ASSIGNEE)
_kept: dict[object, SafeString] = {}


def fetched(conversations: ConversationQuerySet) -> ConversationQuerySet:
    """Let a list fetch no more than its rows show: names of tags, no channel's passwords."""
    users = (f"assignee__user__{name}" for name in OF_ASSIGNEE)
    rows = conversations.select_related(None).select_related(*JOINED).only(*SHOWN, *users)
    tagged = ConversationTag.objects.filter(conversation=OuterRef("pk"))
    return rows.prefetch_related(None).annotate(
        listed_names=ArraySubquery(tagged.values("tag__name"))
    )


def drawn(conversations: Iterable[Conversation], viewer: int) -> list[SafeString]:
    """Draw rows of ``fetched`` for a membership; most were drawn before for somebody else."""
    place = get_script_prefix(), translation.get_language()
    return [_drawn(one, place, one.is_unread_by(viewer)) for one in conversations]


def _drawn(conversation: Conversation, place: object, is_unread: bool) -> SafeString:
    key = (place, is_unread, *_facts(conversation))
    if (row := _kept.get(key)) is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        row = _kept[key] = _draw(conversation, is_unread=is_unread)
    return row


def _facts(conversation: Conversation) -> Iterable[object]:
    for fact in _shown(conversation):
        yield tuple(fact) if isinstance(fact, list) else fact
    yield tuple(conversation.tag_names)
    if assignee := conversation.assignee:
        yield _of_assignee(assignee.user)


def _draw(conversation: Conversation, *, is_unread: bool) -> SafeString:
    environment: Any = engines["jinja2"]
    module = environment.env.get_template("inbox/row.html").module
    return SafeString(module.row(conversation, is_unread))
