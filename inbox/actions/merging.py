"""Make one of two conversations, and take them apart again."""

from typing import Any, ClassVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Event, Membership
from inbox import events
from inbox.actions.drafts import give_back, tell
from inbox.actions.lifecycle import as_it_is, restore
from inbox.enums import ChannelKind, DraftKind, EventKind, Status
from inbox.models import Attachment, Conversation


class NotMergeable(DomainError):
    code: ClassVar[str] = "not_mergeable"


class OtherCustomer(DomainError):
    """Two mail conversations of different people may be one all the same, if somebody says so."""

    code: ClassVar[str] = "other_customer"


class NotMerged(DomainError):
    code: ClassVar[str] = "not_merged"


@transaction.atomic
def merge_conversations(
    conversation: Conversation,
    *,
    into: Conversation,
    actor: Membership | None,
    is_confirmed: bool = False,
) -> Conversation:
    """
    Close a conversation, and show what was said in it as a part of another, which is returned.

    Nothing is moved: its messages keep their numbers, and a chat stays what its visitor knows.

    :param is_confirmed: somebody has said that two customers' mails belong together.
    :raises NotMergeable: if they cannot be one.
    :raises OtherCustomer: if they are different people's, and nobody has confirmed it.
    """
    conversation, into = _both(conversation, into)
    if refusal := why_not(conversation, into):
        raise NotMergeable(refusal)
    if conversation.contact_id != into.contact_id and not is_confirmed:
        raise OtherCustomer(_different_people(conversation, into))

    before, into_before = as_it_is(conversation), as_it_is(into)
    _go_on_with(into, conversation)
    facts: dict[str, Any] = {
        "merged": conversation.pk,
        "name": f"#{conversation.number}",
        "tags": _add_tags(into, conversation),
        "before": into_before,
        "merged_before": before,
    }
    _move_drafts(conversation, into)
    if not conversation.is_closed:
        conversation.move_to(Status.CLOSED, at=timezone.now())
    conversation.merged_into, conversation.waiting_since = into, None
    away, name = EventKind.CONVERSATION_MERGED_AWAY, f"#{into.number}"
    events.record(away, conversation, actor=actor, into=into.pk, name=name)
    events.record(EventKind.CONVERSATION_MERGED, into, actor=actor, **facts)
    return into


@transaction.atomic
def take_apart(
    conversation: Conversation, *, actor: Membership | None, restores: bool = False
) -> Conversation:
    """
    Have what was merged into another stand on its own again, as it was before.

    The other keeps what happened to it meanwhile, and loses the tags that came with the merging.

    :param restores: the other, too, is as it was before.
    :raises NotMerged: if it stands on its own.
    """
    if conversation.merged_into is None:
        raise NotMerged(_("Conversation #%d is merged into no other.") % conversation.number)
    conversation, into = _both(conversation, conversation.merged_into)
    merging = _merging(conversation, into) if conversation.merged_into_id == into.pk else None
    if merging is None:
        raise NotMerged(_("Conversation #%d is merged into no other.") % conversation.number)

    into.taggings.filter(tag__in=merging.data["tags"]).delete()
    restore(conversation, merging.data["merged_before"])
    conversation.merged_into = None
    if restores:
        restore(into, merging.data["before"])
    facts: dict[str, Any] = {"merged": conversation.pk, "name": f"#{conversation.number}"}
    events.record(EventKind.CONVERSATION_TAKEN_APART, into, actor=actor, **facts)
    apart, name = EventKind.CONVERSATION_TAKEN_APART, f"#{into.number}"
    events.record(apart, conversation, actor=actor, into=into.pk, name=name)
    return conversation


def why_not(conversation: Conversation, into: Conversation) -> str:
    """Say why the one cannot go into the other; '' if it can."""
    if conversation.pk == into.pk:
        return _("A conversation cannot be merged with itself.")
    if conversation.is_spam or into.is_spam:
        return _("Spam cannot be merged. Say first that it is none.")
    return _why_not_now(conversation, into) or _why_not_here(conversation, into)


def _why_not_now(conversation: Conversation, into: Conversation) -> str:
    """Parts are of one whole alone, and have none of their own."""
    for one in (conversation, into):
        if one.merged_into:
            numbers = {"one": one.number, "into": one.merged_into.number}
            return _("#%(one)d is merged into #%(into)d already. Choose that one.") % numbers
    if conversation.merged.exists():
        words = _("Others were merged into #%(this)d. Merge #%(other)d into it instead.")
        return words % {"this": conversation.number, "other": into.number}
    return ""


def _why_not_here(conversation: Conversation, into: Conversation) -> str:
    """Who is answered there must be who wrote here; of mails people may know better."""
    is_mail = conversation.channel.kind == ChannelKind.EMAIL
    if is_mail and into.channel.kind != ChannelKind.EMAIL:
        words = _("A chat answers its visitor alone. Merge chat #%(other)d into mail #%(this)d.")
        return words % {"this": conversation.number, "other": into.number}
    if conversation.contact_id != into.contact_id and not is_mail:
        return _("These are different customers. Only their mails can be merged.")
    return ""


def _both(one: Conversation, other: Conversation) -> tuple[Conversation, Conversation]:
    """Lock two conversations, in the order in which everybody locks several."""
    rows = Conversation.objects.lock([one.pk, other.pk]).select_related("merged_into")
    found = {row.pk: row for row in rows}
    return found[one.pk], found[other.pk]


def _different_people(conversation: Conversation, into: Conversation) -> str:
    words = _("#%(this)d is from %(one)s and #%(other)d from %(two)s. Confirm that they are one.")
    people = {"one": conversation.contact.display_name, "two": into.contact.display_name}
    return words % {"this": conversation.number, "other": into.number, **people}


def _go_on_with(into: Conversation, conversation: Conversation) -> None:
    """Take on what is still open there: whoever waits longest counts."""
    if conversation.is_open and not into.is_open:
        into.move_to(Status.OPEN, at=timezone.now())
    waiting = [since for one in (conversation, into) if (since := one.waiting_since)]
    into.waiting_since = min(waiting, default=None)
    into.last_activity_at = max(into.last_activity_at, conversation.last_activity_at)


def _add_tags(into: Conversation, conversation: Conversation) -> list[int]:
    """Return the tags that it did not have."""
    known = set(into.taggings.values_list("tag", flat=True))
    new = [pk for pk in conversation.taggings.values_list("tag", flat=True) if pk not in known]
    for pk in new:
        into.taggings.create(tag_id=pk)
    return new


def _move_drafts(conversation: Conversation, into: Conversation) -> None:
    """What people have begun, and the files for it, goes along, after what they had begun there."""
    for draft in conversation.drafts.select_related("membership__user"):
        kind = DraftKind(draft.kind)
        give_back(
            into,
            kind=kind,
            text=draft.text,
            html=draft.html,
            recipients={},
            actor=draft.membership,
            seen_seq=into.last_seq,
        )
        draft.delete()
        tell(conversation, kind, draft.membership, exists=False)
    unsent = Attachment.objects.filter(conversation=conversation, message=None)
    unsent.filter(holder__startswith="member ").update(conversation=into)


def _merging(conversation: Conversation, into: Conversation) -> Event | None:
    merged = Event.objects.about(into).filter(kind=EventKind.CONVERSATION_MERGED)
    return merged.filter(data__merged=conversation.pk).order_by("seq").last()
