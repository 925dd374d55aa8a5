"""
Live push: render once in each language in use, broadcast to the groups that may see it.

Everything is rendered inside the transaction, without a request, and published after it
commits; a lost push costs freshness, never truth, because clients refetch what they miss.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string

from accounts import tenancy
from accounts.models import Event, Membership
from accounts.sockets import Push, publish
from inbox import languages, sidebar, timeline
from inbox.enums import ChannelKind, EventKind
from inbox.models import Conversation, Message

Drawn = Mapping[str, Mapping[str, str]]  # by language, what a frame says in words

HANDED_OVER = {
    EventKind.CONVERSATION_ASSIGNED,
    EventKind.CONVERSATION_UNASSIGNED,
    EventKind.CONVERSATION_MOVED,
}
STATUS_CHANGED = {
    EventKind.CONVERSATION_CLOSED,
    EventKind.CONVERSATION_REOPENED,
    EventKind.CONVERSATION_MERGED_AWAY,
    EventKind.CONVERSATION_TAKEN_APART,
}


def conversation_group(conversation_id: int) -> str:
    return f"conversation.{conversation_id}"


def membership_group(membership_id: int) -> str:
    return f"membership.{membership_id}"


def people_group(workspace_id: int) -> str:
    return f"w{workspace_id}.people"


def visitors_group(workspace_id: int) -> str:
    return f"w{workspace_id}.visitors"


def visitor_group(workspace_id: int, handle_value: str) -> str:
    """Name the group of one visitor's tabs; it exists before any row of theirs does."""
    return f"w{workspace_id}.visitor.{handle_value}"


def place(conversation: Conversation) -> None:
    """Note the groups that show its row from now on; whoever records what happened saves them."""
    change = _change_of(conversation)
    if change.before is None:
        change.before = set(conversation.placement)
    conversation.fetch_tags()
    conversation.placement = sorted(sidebar.placement_of(conversation))


def place_new(conversation: Conversation) -> None:
    """Note the groups that will show a row which is about to be written."""
    conversation.placement = sorted(sidebar.placement_of(conversation))


def begin(conversation: Conversation) -> None:
    """Know of a new conversation that no screen shows it yet."""
    _change_of(conversation).before = set()


def show(conversation: Conversation, event: Event, messages: Sequence[Message]) -> None:
    """Show an event to everyone who watches, once per unit of work and in its final state."""
    change = _change_of(conversation)
    change.conversation = conversation
    change.events[event.seq or 0] = event
    change.messages |= {message.pk: message for message in messages}


def _change_of(conversation: Conversation) -> _Change:
    return tenancy.collector(("live", conversation.pk), _Change)


def show_contact(conversations: Iterable[Conversation]) -> None:
    """Show what a contact is called now, wherever one of their conversations is on a screen."""
    pushes: list[Push] = []
    codes = languages.in_use(tenancy.current_workspace().pk)
    for conversation in conversations:
        version = {"number": conversation.number, "seq": conversation.last_seq}
        drawn = _row_of(conversation, codes)
        places = (sidebar.group(*place.split(".")) for place in conversation.placement)
        pushes += [(place, push_drawn("row", drawn, **version)) for place in places]
        pushes.append((conversation_group(conversation.pk), push("contact", **version)))
    publish_on_commit(pushes)


def revoke(membership: Membership) -> None:
    """Close the sockets of a person whose rights have changed; they reconnect with the new ones."""
    publish_on_commit([(membership_group(membership.pk), {"type": "live.revoke"})])


def push(kind: str, **fields: Any) -> dict[str, Any]:
    return {"type": "live.push", "push": {"kind": kind, **fields}, "drawn": None}


def push_drawn(kind: str, drawn: Drawn, **fields: Any) -> dict[str, Any]:
    """Make a frame with fields in words, by language: each screen gets those in its own."""
    return push(kind, **fields) | {"drawn": drawn}


def publish_on_commit(pushes: Sequence[Push]) -> None:
    tenancy.after_commit(publish, pushes)


def _row_of(conversation: Conversation, codes: Sequence[str]) -> Drawn:
    return languages.in_each(codes, lambda: {"html": _draw("_row", conversation=conversation)})


def _draw(name: str, **context: Any) -> str:
    return render_to_string(f"inbox/{name}.html", context, using="jinja2")


class _Change:
    """What one unit of work did to one conversation."""

    conversation: Conversation
    before: set[str] | None = None  # where its row was shown
    languages: list[str]
    has_moved = False  # its row is shown where it was not

    def __init__(self) -> None:
        self.events: dict[int, Event] = {}
        self.messages: dict[int, Message] = {}

    def __copy__(self) -> _Change:
        twin = _Change()
        twin.conversation, twin.before = self.conversation, self.before
        twin.events, twin.messages = dict(self.events), dict(self.messages)
        return twin

    def __call__(self) -> None:
        # Once, since what is known of the screens may change meanwhile.
        self.languages = languages.in_use(tenancy.current_workspace().pk)
        pushes = [*self._moves(), *self._conversation(), *self._family()]
        pushes += [*self._visitor(), *self._news()]
        publish_on_commit(pushes)

    @property
    def _kinds(self) -> set[str]:
        return {event.kind for event in self.events.values()}

    def _moves(self) -> Iterable[Push]:
        """Put the row into the lists it now belongs to, and take it out of those it left."""
        conversation = self.conversation
        before, now = self.before or set(), set(conversation.placement)
        self.has_moved = bool(before) and not now <= before
        drawn = _row_of(conversation, self.languages)
        version = {"number": conversation.number, "seq": conversation.last_seq}
        for place in before - now:
            yield sidebar.group(*place.split(".")), push("removal", **version)
        for place in now:
            yield sidebar.group(*place.split(".")), push_drawn("row", drawn, **version)
        for audience, changes in sidebar.count_changes(before, now).items():
            yield sidebar.group(audience, "counts"), push("counts", changes=changes)

    def _conversation(self) -> Iterable[Push]:
        """Bring the open tabs up to date, after those who may no longer look have gone."""
        if EventKind.CONVERSATION_OPENED in self._kinds:
            return  # it is in no tab before it is committed
        conversation = self.conversation
        group = conversation_group(conversation.pk)
        if self._kinds & HANDED_OVER:
            yield group, {"type": "live.recheck"}
        yield (
            group,
            push_drawn(
                "conversation",
                languages.in_each(self.languages, self._open_tab),
                number=conversation.number,
                first=min(self.events),
                seq=conversation.last_seq,
                **({"moved": True} if self.has_moved else {}),
            ),
        )

    def _family(self) -> Iterable[Push]:
        """Have that drawn anew which shows this one as a part of it; what is a part of this goes along."""
        conversation = self.conversation
        if into := conversation.merged_into_id or conversation.left_id:
            whole = Conversation.objects.filter(pk=into).values_list("number", "last_seq")
            for number, seq in whole:
                yield conversation_group(into), push("contact", number=number, seq=seq)
        if self._kinds & HANDED_OVER:
            for part in Conversation.objects.filter(merged_into=conversation.pk).values_list("pk"):
                yield conversation_group(part[0]), {"type": "live.recheck"}

    def _open_tab(self) -> dict[str, str]:
        entries = timeline.entries_of(self.events.values(), self.messages.values())
        return {
            "entries": _draw("_entries", conversation=self.conversation, entries=entries),
            "head": _draw("_head", conversation=self.conversation),
        }

    def _visitor(self) -> Iterable[Push]:
        if told := list(self._told_to_visitor()):
            handle = (
                self.conversation.handle.value
            )  # not at hand: most of what happens is ours alone
            group = visitor_group(tenancy.current_workspace().pk, handle)
            yield from ((group, one) for one in told)

    def _told_to_visitor(self) -> Iterable[dict[str, Any]]:
        """Tell the contact's own tabs what they may know: words, closing, reading."""
        conversation = self.conversation
        if conversation.channel.kind != ChannelKind.WEBCHAT:
            return
        about = {"conversation": str(conversation.public_id)}
        new = self._messages_of(EventKind.MESSAGE_RECEIVED, EventKind.MESSAGE_SENT)
        for message in sorted(new, key=lambda said: said.public_seq or 0):
            yield push("message", **about, message=message.for_visitor())
        if self._kinds & STATUS_CHANGED:
            status = "closed" if conversation.is_closed else "open"
            yield push("status", **about, status=status)
        if EventKind.CONVERSATION_RATED in self._kinds:
            yield push("rated", **about, rating=conversation.rating)
        if read := self._messages_of(EventKind.MESSAGES_READ):
            yield push("seen", **about, seq=max(said.public_seq or 0 for said in read))
        # How many of us look, and how often, is nobody else's concern.
        if any(event.data.get("first") for event in self.events.values()):
            yield push("read", **about, seq=conversation.read_seq)

    def _news(self) -> Iterable[Push]:
        """Tell whose conversation it is, or of nobody's everybody who sees it, what a customer says."""
        conversation = self.conversation
        if EventKind.MESSAGE_RECEIVED not in self._kinds:
            return
        drawn = languages.in_each(
            self.languages,
            lambda: {"name": conversation.contact.display_name, "words": conversation.in_short},
        )
        version = {"number": conversation.number, "seq": conversation.last_seq}
        for place in conversation.placement:
            audience, _, view = place.partition(".")
            if view in {"mine", "unassigned"}:
                # Every socket of theirs is in the group of their counters, whatever it shows.
                yield sidebar.group(audience, "counts"), push_drawn("news", drawn, **version)

    def _messages_of(self, *kinds: str) -> list[Message]:
        ids = {
            pk
            for event in self.events.values()
            if event.kind in kinds
            for pk in event.data["messages"]
        }
        found = [message for pk, message in self.messages.items() if pk in ids]
        return [message for message in found if message.public_seq is not None]
