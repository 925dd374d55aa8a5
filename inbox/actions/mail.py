"""Take in mails: whose they are, where they belong, and which of ours they say did not arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import nullcontext

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.follow_ups import none_owed
from inbox import events
from inbox.actions.arrivals import Arrival
from inbox.actions.blocking import blocked_among
from inbox.actions.mail_forwards import note_words
from inbox.actions.mail_outcomes import record_bounce
from inbox.actions.mail_threads import named_mails
from inbox.actions.receiving import claim_handles, nothing_follows
from inbox.actions.uploads import attach
from inbox.connectors.mail.threads import referred
from inbox.models import Channel, ContactHandle, Conversation, ConversationCounter, Mail, Message

DRAWN = ("contact", "assignee__user", "tags")


@transaction.atomic(savepoint=False)
def receive_mails(channel: Channel, arrivals: Sequence[Arrival]) -> list[Message]:
    """
    Store mails, each once, where it belongs: the first of them that have nothing in common.

    Somebody who takes part in a conversation goes on with it, and it comes back into work; what
    a program wrote is stored and moves nothing. What an archive brings was dealt with long ago.
    Rows are locked in the order in which everybody locks them: senders, conversations, the counter.

    :return: the messages of those that were stored.
    """
    _look_up(channel, arrivals)
    handles = _claim_senders(channel, arrivals)
    joined = _lock_joined(arrivals)
    arrivals = _apart(arrivals, joined)
    new = [one for one in arrivals if not one.is_known]
    opening = [one for one in new if not one.joins]
    numbers = dict(zip(opening, ConversationCounter.next_numbers(len(opening)), strict=True))
    conversations = {
        one: one.open(handles[one], numbers[one]) if one in numbers else joined[one] for one in new
    }
    for one in new:
        if one.joins:
            one.join(conversations[one])
    _write(conversations)
    for one, conversation in conversations.items():
        if one.handed:
            with nothing_follows(conversation):
                note_words(conversation, one.handed)
        if one.bounced:
            record_bounce(one.bounced, one.mail.bounce.recipients if one.mail.bounce else ())
    return [one.message for one in arrivals]


def _look_up(channel: Channel, arrivals: Sequence[Arrival]) -> None:
    """Find out of all at once what is here already and where they belong."""
    ids = {one.mail.message_id for one in arrivals}
    rows = Mail.objects.filter(channel=channel, mail_id__in=ids)
    known: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for mail_id, digest, message_id in rows.values_list("mail_id", "digest", "message_id"):
        known[mail_id].append((digest, message_id))
    blocked = blocked_among({one.mail.sender.address for one in arrivals if not one.is_archived})
    named = named_mails(channel, {name for one in arrivals for name in referred(one.mail)})
    for one in arrivals:
        one.look_up(known[one.mail.message_id], blocked, named)


def _claim_senders(channel: Channel, arrivals: Sequence[Arrival]) -> dict[Arrival, ContactHandle]:
    """Lock who wrote what joins no conversation by itself; it may by the channel's rule."""
    waiting = [one for one in arrivals if not (one.is_known or one.joins)]
    handles = claim_handles(channel, [(one.sender, one.is_believed) for one in waiting])
    claimed = dict(zip(waiting, handles, strict=True))
    for one, handle in claimed.items():
        one.find_by_rule(handle)
    return claimed


def _lock_joined(arrivals: Sequence[Arrival]) -> dict[Arrival, Conversation]:
    pks = [one.joins for one in arrivals if one.joins]
    if not pks:
        return {}
    locked = Conversation.objects.lock_wholes(pks)
    prefetch_related_objects(list(locked.values()), *DRAWN)
    return {one: locked[one.joins] for one in arrivals if one.joins}


def _apart(
    arrivals: Sequence[Arrival], joined: Mapping[Arrival, Conversation]
) -> Sequence[Arrival]:
    """Return the first of them up to one that belongs where another does."""
    taken: set[int | str] = set()
    for place, one in enumerate(arrivals):
        if not one.is_known:
            key = joined[one].pk if one in joined else one.sender.value
            if key in taken:
                return arrivals[:place]
            taken.add(key)
    return arrivals


def _write(conversations: Mapping[Arrival, Conversation]) -> None:
    for is_spam in (False, True):
        some = [one for one, found in conversations.items() if found.is_spam == is_spam]
        with none_owed() if is_spam else nullcontext():
            events.record_entries([one.entry(conversations[one]) for one in some])
        details = Mail.objects.bulk_create([one.details() for one in some])
        for one, written in zip(some, details, strict=True):
            one.message.carry(mails=[written])
            attach(one.files, one.message)
