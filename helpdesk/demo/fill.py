"""Tell the stories through the real actions, each in one unit of work at its own time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import connection
from django.utils import timezone

from accounts import courier
from accounts.follow_ups import nothing_owed_to, settle_at_once
from accounts.models import FollowUp, Membership, Team, Workspace, subject_kind
from accounts.tenancy import scope
from analytics.actions import rollups
from analytics.actions.facts import count_conversation
from helpdesk.demo import clock, people, plan, reviews
from helpdesk.demo.plan import SEED, Step, Story, seeded
from inbox import live
from inbox.actions import assignment, lifecycle, messaging, outgoing, ratings, receiving, triage
from inbox.connectors.base import IncomingMessage, Sender
from inbox.connectors.webchat import external_id, handle_of_token
from inbox.enums import MessageState, Rating
from inbox.events import RECORDED
from inbox.models import Channel, ContactHandle, Conversation, Message
from inbox.views.demo import CHANNEL_KEY

Progress = Callable[[int, int], None]


def fill(workspace: Workspace, *, progress: Progress = lambda done, most: None) -> int:
    """
    Tell whatever has not been told yet; return how many stories that were.

    Nobody listens to what happened long ago, so no bell rings and no screen is told.
    """
    now, told = timezone.now(), 0
    with scope(workspace):
        stage = _Stage()
        known = set(ContactHandle.objects.values_list("value", flat=True))
    with courier.silenced(), _all_or_nothing():
        for story in plan.stories(now):
            if handle_of(story) not in known:
                with clock.moved(story.steps[0].at) as hands, scope(workspace):
                    _Performance(stage, story, hands).run()
                told += 1
            progress(story.number, plan.COUNT)
        with scope(workspace):
            while rollups.roll_up():
                pass
        reviews.give(workspace, now)
    return told


def is_broken_off(workspace: Workspace) -> bool:
    """Tell whether a fill was begun and not brought to its end."""
    values = [handle_of_token(CHANNEL_KEY, f"{SEED}-{n}") for n in (1, plan.COUNT)]
    with scope(workspace):
        found = set(ContactHandle.objects.filter(value__in=values).values_list("value", flat=True))
    return found == {values[0]}


def handle_of(story: Story) -> str:
    return handle_of_token(CHANNEL_KEY, f"{SEED}-{story.number}")


@contextmanager
def _all_or_nothing() -> Iterator[None]:
    """
    Save what a story alone in its transaction need not pay for; it is a third of the time.

    No part of it may fail by itself, so savepoints save nothing. Its row is locked from its
    opening to its end, so whoever holds the object need not read it again.
    """
    no_savepoints = patch.object(connection.features, "uses_savepoints", new=False)
    message_in_hand = patch.object(
        outgoing, "locked_message", lambda said: (said.conversation, said)
    )
    # What counts is told from the whole history, so that once is enough; of ratings nobody is told;
    # and a new workspace promises nothing, and gives its conversations by hand.
    with no_savepoints, message_in_hand, nothing_owed_to("analytics", "routing"):
        yield


class _Stage:
    """Who and what every story needs, read once."""

    def __init__(self) -> None:
        self.channel = Channel.objects.get(key=CHANNEL_KEY)
        self.teams = {team.name: team for team in Team.objects.all()}
        members = {m.user.email: m for m in Membership.objects.select_related("user")}
        self.members = {key: members[people.email_of(key)] for key in people.PEOPLE}


class _Performance:
    """One story, step by step, with the clock at each step's time."""

    conversation: Any = None  # until its contact has written

    def __init__(self, stage: _Stage, story: Story, hands: clock.Clock) -> None:
        self.stage, self.story, self.hands = stage, story, hands
        self.queued: list[Message] = []
        self.rng = seeded(f"ids-{story.number}")

    def run(self) -> None:
        with patch.object(Conversation, "locked", lambda *_: self.conversation):
            with self._row_in_hand():
                for step in self.story.steps:
                    self.hands.at = step.at
                    getattr(self, step.verb)(step, self.stage.members.get(step.who))
            live.place(self.conversation)
            self.conversation.save(update_fields=RECORDED)
            settle(self.conversation)

    @contextmanager
    def _row_in_hand(self) -> Iterator[None]:
        """Neither read nor write the conversation's row between: nobody else sees it until the end."""
        save = Conversation.save

        def save_later(conversation: Conversation, **how: Any) -> None:
            if how.get("update_fields") is not RECORDED:
                save(conversation, **how)

        later = patch.object(Conversation, "save", save_later)
        with later, patch.object(receiving, "_conversation_of", lambda *_: self.conversation):
            yield

    def receive(self, step: Step, _: Membership | None) -> None:
        contact, handle = self.story.contact, handle_of(self.story)
        client_id = self._new_id()
        message = receiving.receive_message(
            self.stage.channel,
            IncomingMessage(
                external_id=external_id(handle, client_id),
                sender=Sender(handle, contact.name, contact.email),
                text=step.said,
                sent_at=step.at,
                client_id=client_id,
                page_url=self.story.page_url,
                page_title=self.story.page_title,
            ),
        )
        self.conversation = message.conversation

    def read(self, _: Step, actor: Membership) -> None:
        triage.mark_read(self.conversation, actor=actor)

    def send(self, step: Step, actor: Membership) -> None:
        self.queued.append(
            messaging.send_message(
                self.conversation, text=step.said, actor=actor, client_id=self._new_id()
            )
        )

    def sent(self, *_: object) -> None:
        for message in self.queued:
            outgoing.record_sent(message, external_id="")
        self.queued = []

    def seen(self, step: Step, _: Membership | None) -> None:
        outgoing.record_receipt(
            self.conversation, state=MessageState.READ, up_to=10_000, at=step.at
        )

    def note(self, step: Step, actor: Membership) -> None:
        messaging.add_note(self.conversation, text=step.said, actor=actor, client_id=self._new_id())

    def tag(self, step: Step, actor: Membership) -> None:
        triage.tag_conversation(self.conversation, name=step.said, actor=actor)
        self.conversation.refresh_from_db(fields=["tags"])  # forgets them: they are read anew

    def move(self, step: Step, actor: Membership) -> None:
        assignment.move_conversation(self.conversation, to=self.stage.teams[step.said], actor=actor)

    def assign(self, step: Step, actor: Membership) -> None:
        member = self.stage.members[step.said]
        assignment.assign_conversation(self.conversation, to=member, actor=actor)

    def snooze(self, step: Step, actor: Membership) -> None:
        lifecycle.snooze_conversation(self.conversation, until=step.said, actor=actor)

    def wake(self, *_: object) -> None:
        if self.conversation.is_snoozed:  # unless the contact has written meanwhile
            lifecycle.wake_conversation(self.conversation, actor=None)

    def close(self, _: Step, actor: Membership) -> None:
        lifecycle.close_conversation(self.conversation, actor=actor)

    def rate(self, step: Step, _: Membership | None) -> None:
        if self.conversation.is_closed and not self.conversation.rating:
            value, comment = step.said
            ratings.rate_conversation(self.conversation, value=Rating(value), comment=comment)

    def reopen(self, _: Step, actor: Membership) -> None:
        lifecycle.reopen_conversation(self.conversation, actor=actor)

    def _new_id(self) -> UUID:
        return UUID(int=self.rng.getrandbits(128), version=4)


def settle(conversation: Conversation) -> None:
    """Do what workers would: everything that the conversation's events owe by now."""
    mine = {
        "event__subject_kind": subject_kind(conversation),
        "event__subject_id": conversation.pk,
    }
    owed = FollowUp.objects.filter(**mine, gave_up_at=None)
    settle_at_once(owed)
    count_conversation(conversation.pk)
