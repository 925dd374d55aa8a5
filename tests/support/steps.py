"""Everything that can happen to a conversation, each as one unit of work."""

from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from accounts.models import Team
from inbox.actions import (
    answering,
    assignment,
    contacts,
    lifecycle,
    merging,
    messaging,
    outgoing,
    promises,
    ratings,
    receiving,
    rules,
    spam,
    triage,
    uploads,
    withdrawing,
)
from inbox.actions.unread import record_mailed
from inbox.enums import EventKind, MessageState, Priority, Rating
from inbox.models import Conversation, Message
from inbox.models.message import LATE_AFTER
from tests import factories


def say(conversation, people, dice):
    receiving.receive_message(
        conversation.channel,
        factories.incoming(conversation.handle.value, dice.choice(["Hello", "Still there?"])),
    )


def reply(conversation, people, dice):
    messaging.send_message(conversation, text="Hi", actor=dice.choice(people))


def send(conversation, people, dice):
    for message in Message.objects.due(timezone.now()).filter(conversation=conversation):
        outgoing.record_sent(outgoing.claim_message(message.pk), external_id="")


def fail(conversation, people, dice):
    for message in Message.objects.due(timezone.now()).filter(conversation=conversation):
        outgoing.record_failure(outgoing.claim_message(message.pk), reason="No such person")


def delay(conversation, people, dice):
    for message in Message.objects.due(timezone.now()).filter(conversation=conversation)[:1]:
        Message.objects.filter(pk=message.pk).update(attempts=LATE_AFTER - 1)
        outgoing.postpone_message(outgoing.claim_message(message.pk), reason="Come back later")


def retry(conversation, people, dice):
    for message in conversation.messages.filter(state=MessageState.FAILED)[:1]:
        outgoing.retry_message(message, actor=dice.choice(people))


def withdraw(conversation, people, dice):
    waiting = {"state__in": [MessageState.QUEUED, MessageState.HELD], "attempts": 0}
    for message in conversation.messages.filter(**waiting)[:1]:
        withdrawing.withdraw_message(message, actor=dice.choice(people))


def schedule(conversation, people, dice):
    send_at, actor = timezone.now() + timedelta(hours=1), dice.choice(people)
    answering.answer_conversation(conversation, text="Later", actor=actor, send_at=send_at)


def release(conversation, people, dice):
    for message in conversation.messages.filter(state=MessageState.HELD)[:1]:
        withdrawing.release_message(message, actor=dice.choice(people))


def deliver(conversation, people, dice):
    state, seq = MessageState.DELIVERED, conversation.public_seq
    outgoing.record_receipt(conversation, state=state, up_to=seq, at=timezone.now())


def be_read(conversation, people, dice):
    state, seq = MessageState.READ, dice.randint(1, max(1, conversation.public_seq))
    outgoing.record_receipt(conversation, state=state, up_to=seq, at=timezone.now())


def note(conversation, people, dice):
    messaging.add_note(conversation, text="Careful", actor=dice.choice(people))


def attach(conversation, people, dice):
    person = dice.choice(people)
    picture = factories.make_upload(conversation, person)
    messaging.add_note(conversation, text="", actor=person, attachments=[picture.public_id])
    uploads.record_thumbnail(picture)


def assign(conversation, people, dice):
    assignment.assign_conversation(conversation, to=dice.choice(people), actor=None)


def unassign(conversation, people, dice):
    assignment.unassign_conversation(conversation, actor=dice.choice(people))


def move(conversation, people, dice):
    team = dice.choice([None, *Team.objects.order_by("pk")])
    assignment.move_conversation(conversation, to=team, actor=dice.choice(people))


def close(conversation, people, dice):
    if not conversation.is_closed:
        lifecycle.close_conversation(conversation, actor=dice.choice(people))


def reopen(conversation, people, dice):
    if conversation.is_closed:
        lifecycle.reopen_conversation(conversation, actor=dice.choice(people))


def rate(conversation, people, dice):
    if conversation.is_closed and not conversation.rating:
        ratings.rate_conversation(conversation, value=dice.choice(list(Rating)), comment="Quick")


def snooze(conversation, people, dice):
    if not conversation.is_closed:
        until = timezone.now() + timedelta(hours=1)
        lifecycle.snooze_conversation(conversation, until=until, actor=dice.choice(people))


def wake(conversation, people, dice):
    if conversation.is_snoozed:
        lifecycle.wake_conversation(conversation, actor=None)


def merge(conversation, people, dice):
    """Bring another of the same customer's into it, and sometimes take that out again."""
    sender = factories.Sender(conversation.handle.value, conversation.contact.name)
    named = factories.IncomingMessage(
        external_id=str(dice.random()), sender=sender, text="And this", sent_at=timezone.now(),
        conversation=uuid4(),
    )  # fmt: skip
    other = receiving.receive_message(conversation.channel, named).conversation
    if not merging.why_not(other, conversation):
        merging.merge_conversations(other, into=conversation, actor=dice.choice(people))


def take_apart(conversation, people, dice):
    for part in conversation.merged.order_by("pk")[:1]:
        merging.take_apart(part, actor=dice.choice(people))


def mark_spam(conversation, people, dice):
    spam.mark_spam(conversation, actor=dice.choice(people))


def clear_spam(conversation, people, dice):
    spam.clear_spam(conversation, actor=dice.choice(people))


def tag(conversation, people, dice):
    name = dice.choice(["vip", "late"])
    triage.tag_conversation(conversation, name=name, actor=dice.choice(people))


def untag(conversation, people, dice):
    for tag in conversation.tags.order_by("pk")[:1]:
        triage.untag_conversation(conversation, tag=tag, actor=dice.choice(people))


def prioritize(conversation, people, dice):
    triage.prioritize_conversation(
        conversation, to=dice.choice(list(Priority)), actor=dice.choice(people)
    )


def read(conversation, people, dice):
    triage.mark_read(conversation, actor=dice.choice(people))


def rename(conversation, people, dice):
    name = dice.choice(["Ada", "Ada Lovelace", ""])
    contacts.change_contact(conversation.contact, name=name, actor=dice.choice(people))


def unread(conversation, people, dice):
    person = dice.choice(people)
    triage.mark_read(conversation, actor=person)
    triage.mark_unread(conversation, actor=person)


def mail(conversation, people, dice):
    replies = list(conversation.messages.all().unread_by_visitor())
    record_mailed(conversation, replies, error=dice.choice(["", "No such person"]))


def appear(conversation, people, dice):
    receiving.receive_message(
        conversation.channel, factories.incoming(f"newcomer-{dice.random()}", "I am new")
    )


def several_at_once(conversation, people, dice):
    for step in dice.sample([say, note, assign, tag, move], 3):
        step(Conversation.objects.with_people().get(pk=conversation.pk), people, dice)


def promise(conversation, people, dice):
    now = timezone.now()
    due_at = dice.choice([None, now + timedelta(hours=1)])
    promises.set_due(conversation, due_at=due_at, due_from=due_at and now)


def break_promise(conversation, people, dice):
    kind = dice.choice([EventKind.PROMISE_WARNED, EventKind.PROMISE_BROKEN])
    promises.tell_promise(kind, conversation, promise="next_response", due_at=timezone.now())


def run_rule(conversation, people, dice):
    kind = dice.choice([EventKind.RULE_APPLIED, EventKind.RULE_STOPPED])
    rules.tell_rule(kind, conversation, rule=1, name="Refunds", why=[], did=[])


STEPS = [
    *[
        say,
        reply,
        schedule,
        release,
        withdraw,
        send,
        fail,
        delay,
        retry,
        deliver,
        be_read,
        note,
        attach,
        assign,
        unassign,
        move,
        close,
    ],
    *[rate, reopen, snooze, wake, tag, untag, read, unread, mail, rename, appear, several_at_once],
    *[prioritize, run_rule, promise, break_promise, mark_spam, clear_spam, merge, take_apart],
]
