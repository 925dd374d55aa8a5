"""What the builder of rules offers: moments, conditions and actions, with their words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Team
from inbox.enums import Priority, Rating, Status
from inbox.models import Channel, Tag
from routing.conditions import NOBODY
from routing.models import SlaPolicy

Words = str | Promise
Options = list[tuple[str, str]]
IS = gettext_lazy("is"), gettext_lazy("is not")
IS_ONE_OF = gettext_lazy("is any of"), gettext_lazy("is none of")
CONTAINS = gettext_lazy("contains any of"), gettext_lazy("contains none of")


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a condition may ask."""

    words: Words
    ways: tuple[Words, Words]
    takes: str  # a list of options by name, or words, pattern, length, nothing


ASKS: dict[str, Ask] = {
    "channel": Ask(gettext_lazy("Channel"), IS_ONE_OF, "channel"),
    "team": Ask(gettext_lazy("Team"), IS_ONE_OF, "team_or_none"),
    "assigned": Ask(
        gettext_lazy("Somebody"), (gettext_lazy("is responsible"), gettext_lazy("is not yet")), ""
    ),
    "status": Ask(gettext_lazy("Status"), IS_ONE_OF, "status"),
    "priority": Ask(gettext_lazy("Priority"), IS_ONE_OF, "priority"),
    "language": Ask(gettext_lazy("Customer's language"), IS_ONE_OF, "words"),
    "vip": Ask(gettext_lazy("Customer"), (gettext_lazy("is a VIP"), gettext_lazy("is no VIP")), ""),
    "tag": Ask(gettext_lazy("Tag"), IS_ONE_OF, "words"),
    "words": Ask(gettext_lazy("Subject or text"), CONTAINS, "words"),
    "subject": Ask(gettext_lazy("Subject"), CONTAINS, "words"),
    "text": Ask(gettext_lazy("Message text"), CONTAINS, "words"),
    "pattern": Ask(
        gettext_lazy("Subject or text"),
        (gettext_lazy("matches the pattern"), gettext_lazy("does not match the pattern")),
        "pattern",
    ),
    "automatic": Ask(
        gettext_lazy("Mail"),
        (gettext_lazy("was written by a program"), gettext_lazy("was written by a person")),
        "",
    ),
    "hours": Ask(
        gettext_lazy("Working hours"), (gettext_lazy("are now"), gettext_lazy("are over")), ""
    ),
    "waiting": Ask(
        gettext_lazy("Customer has waited"),
        (gettext_lazy("at least"), gettext_lazy("less than")),
        "length",
    ),
    "rating": Ask(gettext_lazy("Rating"), IS_ONE_OF, "rating"),
}


@dataclass
class Choices:
    """What can be chosen in this workspace, each asked for once and only if it is shown."""

    known: dict[str, Options] = field(default_factory=dict)

    def of(self, takes: str) -> Options:
        if takes not in self.known:
            self.known[takes] = getattr(self, f"_{takes}", list)()
        return self.known[takes]

    def name(self, takes: str, value: Any) -> str | None:
        """Return what an option is called; None if it is gone."""
        return dict(self.of(takes)).get(str(value))

    @cached_property
    def tags(self) -> Sequence[str]:
        return list(Tag.objects.order_by("name").values_list("name", flat=True))

    def _channel(self) -> Options:
        return [(str(one.pk), one.name) for one in Channel.objects.for_list()]

    def _team(self) -> Options:
        return [(str(one.pk), one.name) for one in Team.objects.order_by("name", "pk")]

    def _team_or_none(self) -> Options:
        return [(str(NOBODY), _("No team")), *self.of("team")]

    def _person(self) -> Options:
        return [(str(one.pk), one.user.display_name) for one in Membership.objects.for_list()]

    def _policy(self) -> Options:
        return [(str(one.pk), one.name) for one in SlaPolicy.objects.order_by("name", "pk")]

    def _status(self) -> Options:
        return [(one.value, str(one.label)) for one in Status]

    def _priority(self) -> Options:
        return [(str(one.value), str(one.label)) for one in reversed(Priority)]

    def _rating(self) -> Options:
        return [(one.value, str(one.label)) for one in Rating]
