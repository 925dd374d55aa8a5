"""The audit log: what people did to the workspace itself, told from its events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import EventKind, Role
from accounts.models import Event
from accounts.models.event import EventQuerySet

PERIODS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}
NOUNS = {
    "membership": (_("People"), "users"),
    "invitation": (_("Invitations"), "mail"),
    "team": (_("Teams"), "building"),
    "channel": (_("Channels"), "plug"),
    "blockedsender": (_("Blocked senders"), "block"),
    "picturesender": (_("Pictures in mails"), "image"),
    "apitoken": (_("API tokens"), "key"),
    "article": (_("Articles"), "article"),
    "helpcenter": (_("Help centre"), "book"),
    "savedreply": (_("Saved replies"), "note"),
    "workspace": (_("Workspace"), "home"),
    "slapolicy": (_("Promises"), "flag"),
    "rule": (_("Rules"), "route"),
    "workspacerouting": (_("Routing"), "route"),
    "qualityreview": (_("Quality reviews"), "score"),
}
SENSITIVE = {
    EventKind.SIGN_IN_RULES_CHANGED,
    EventKind.MEMBERSHIP_REMOVED,
    EventKind.MEMBERSHIP_CHANGED,
}
FIELDS = {
    "first_response": _("First reply, minutes"),
    "next_response": _("Next reply, minutes"),
    "priority": _("Priority"),
    "resolution": _("Solution, minutes"),
    "country": _("Public holidays"),
    "exceptions": _("Days that are different"),
    "week": _("Hours"),
    "zone": _("Time zone"),
    "capacity": _("At most"),
    "capacities": _("At most, for one person"),
    "default_team": _("What has no team goes to"),
    "keeps_owner": _("The owner keeps it"),
    "hands_back": _("Given back by whoever goes away"),
    "strategies": _("Given"),
    "config": _("Settings"),
    "direction": _("Direction"),
    "email": _("Email"),
    "enabled": _("Switched on"),
    "leads": _("Leads"),
    "limited": _("Limited to teams"),
    "members": _("Members"),
    "name": _("Name"),
    "role": _("Role"),
    "is_vip": _("VIP"),
    "second_factor": _("Second step required"),
    "secrets": _("Passwords"),
    "rating_requests": _("Contacts are asked for a rating"),
    "own_numbers": _("Operators see their own numbers"),
    "team": _("Goes to"),
    "words": _("The server's words"),
    "teams": _("Teams"),
    "archived": _("Archived"),
    "actions": _("What is done"),
    "conditions": _("Conditions"),
    "position": _("Place"),
    "stops": _("Stops the list"),
    "triggers": _("When"),
    "audience": _("Who can read it"),
    "collection": _("Collection"),
    "for": _("For"),
    "language": _("Language"),
    "shortcut": _("Short word"),
    "text": _("Text"),
}
# Events of other rooms, which this one may not import.
ELSEWHERE = {
    "channel.created": _("made a channel"),
    "channel.changed": _("changed a channel"),
    "sender.blocked": _("blocked a sender"),
    "sender.unblocked": _("let a sender in again"),
    "pictures.allowed": _("had a sender's pictures loaded always"),
    "pictures.stopped": _("had a sender's pictures loaded no longer"),
    "routing.changed": _("changed who is given conversations"),
    "rule.changed": _("changed a rule"),
    "rule.deleted": _("deleted a rule"),
    "policy.changed": _("changed a promise"),
    "policy.deleted": _("deleted a promise"),
    "hours.changed": _("changed working hours"),
    "channel.troubled": _("found that mail stands still"),
    "article.created": _("began an article"),
    "article.changed": _("changed who reads an article, or where it stands"),
    "article.published": _("published an article"),
    "article.unpublished": _("took an article back"),
    "article.restored": _("brought back an article's older version"),
    "help_center.changed": _("changed the help centre"),
    "saved_reply.created": _("wrote a saved reply"),
    "saved_reply.changed": _("changed a saved reply"),
    "saved_reply.deleted": _("deleted a saved reply"),
    "quality_review.given": _("reviewed a conversation"),
    "quality_review.revised": _("revised a review"),
    "quality_review.withdrawn": _("took a review back"),
    "channel.recovered": _("found that mail moves again"),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; whatever makes no sense filters nothing."""

    person: int | None = None
    noun: str = ""
    period: str = ""

    @classmethod
    def parse(cls, said: Any) -> Filters:
        person, noun, period = (said.get(name, "") for name in ("person", "kind", "period"))
        sane = person.isascii() and person.isdecimal() and len(person) < 19  # noqa: PLR2004
        return cls(
            int(person) if sane else None,
            noun if noun in NOUNS else "",
            period if period in PERIODS else "",
        )

    def apply(self, now: datetime) -> EventQuerySet:
        found = Event.objects.audited()
        if self.person is not None:
            found = found.filter(actor=self.person)
        if self.noun:
            found = found.filter(subject_kind=self.noun)
        if self.period:
            found = found.filter(at__gte=now - PERIODS[self.period])
        return found.select_related("actor__user").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as people read it."""

    event: Event

    @property
    def who(self) -> str:
        return self.event.actor.user.display_name if self.event.actor else gettext("System")

    @property
    def did(self) -> str:
        kind = self.event.kind
        if kind in EventKind.values:
            return str(EventKind(kind).label)
        return str(ELSEWHERE.get(kind, kind.replace(".", " ").replace("_", " ")))

    @property
    def what(self) -> str:
        return str(self.event.data.get("name", ""))

    @property
    def icon(self) -> str:
        return NOUNS.get(self.event.subject_kind, ("", "sliders"))[1]

    @property
    def is_sensitive(self) -> bool:
        return self.event.kind in SENSITIVE

    @property
    def changes(self) -> list[tuple[str, str, str]]:
        """List field, before and after, in words."""
        return list(self._changes())

    def _changes(self) -> Iterator[tuple[str, str, str]]:
        before, after = (self.event.data.get(side) or {} for side in ("before", "after"))
        for field in dict.fromkeys([*before, *after]):
            words = str(FIELDS.get(field, field))
            if isinstance(before.get(field), dict) or isinstance(after.get(field), dict):
                yield from _inside(words, before.get(field) or {}, after.get(field) or {})
            else:
                yield words, _say(before.get(field)), _say(after.get(field))


def _inside(
    words: str, before: dict[str, Any], after: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if isinstance(old, dict) or isinstance(new, dict):
            yield from _inside(f"{words}: {key}", old or {}, new or {})
        else:
            yield f"{words}: {key}", _say(old), _say(new)


def _say(value: Any) -> str:
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return str(Role(value).label) if value in Role.values else str(value)
