"""What the keyboard does: THE table of shortcuts, and the keys that a person has put in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import DomainError
from accounts.models import User

# A letter, a digit or a sign, with what is held beside it. `mod` is Ctrl, or Command on a Mac.
KEYS = re.compile(r"(mod\+)?(shift\+)?([a-z0-9]|[!-/:-@\[-`{-~]|enter)", re.ASCII)
PLUS = re.compile(r"(?<=.)\+(?=.)")  # what holds keys together; the last may be a plus itself
STEPS = re.compile(r"g [a-z0-9]", re.ASCII)
# Browsers keep these to themselves, or everybody knows them by another meaning.
TAKEN = (
    {"enter", "shift+enter"}
    | {f"mod+{key}" for key in "acfnpqrtvwxyz"}
    | {f"mod+shift+{key}" for key in "intwz"}
)
CAPS = {"mod": "Ctrl", "shift": "Shift", "enter": "↵", "escape": "Esc"}


class Group(Enum):
    MOVE = gettext_lazy("Move")
    ACT = gettext_lazy("Act on a conversation")
    WRITE = gettext_lazy("Write")
    GO = gettext_lazy("Go to")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """One thing the keyboard does, where it does it, and the keys for it."""

    group: Group
    does: str
    words: str | Promise
    keys: str
    place: str = "screen"  # where nobody types; or "composer"
    is_fixed: bool = False
    is_own: bool = False

    @property
    def name(self) -> str:
        return f"{self.place}.{self.does}"

    @property
    def usual(self) -> str:
        return NAMED[self.name].keys

    @property
    def steps(self) -> list[list[str]]:
        """Return what is written on the keys, by step: ``g m`` has two of them."""
        return [[_cap(key) for key in PLUS.split(step)] for step in self.keys.split(" ")]


class BadKeys(DomainError):
    code = "bad_keys"


_move, _act, _write, _go = (partial(Shortcut, group) for group in Group)
SHORTCUTS = [
    _move("next", gettext_lazy("Next conversation"), "j"),
    _move("previous", gettext_lazy("Previous conversation"), "k"),
    _move("open", gettext_lazy("Open the conversation"), "enter", is_fixed=True),
    _move("back", gettext_lazy("Back to the list"), "u"),
    _move("leave", gettext_lazy("Leave a field or the conversation"), "escape", is_fixed=True),
    _move("next-message", gettext_lazy("Next message"), "n"),
    _move("previous-message", gettext_lazy("Previous message"), "p"),
    _move("select", gettext_lazy("Select"), "x"),
    _move("extend", gettext_lazy("Extend the selection"), "shift+x"),
    _move("details", gettext_lazy("Customer details"), "i"),
    _move("palette", gettext_lazy("Search or go to"), "mod+k"),
    _move("help", gettext_lazy("All keys"), "?"),
    _act("close", gettext_lazy("Close or reopen"), "e"),
    _act("snooze", gettext_lazy("Snooze or wake"), "h"),
    _act("assign", gettext_lazy("Assign"), "a"),
    _act("take", gettext_lazy("Assign to me"), "m"),
    _act("spam", gettext_lazy("Spam, or not"), "!"),
    _act("tag", gettext_lazy("Tag"), "t"),
    _act("priority", gettext_lazy("Priority"), "y"),
    _act("unread", gettext_lazy("Mark unread"), "shift+u"),
    _act("undo", gettext_lazy("Undo the last action"), "z"),
    _write("new", gettext_lazy("New message"), "c"),
    _write("reply", gettext_lazy("Reply"), "r"),
    _write("note", gettext_lazy("Internal note"), "shift+r"),
    _write("forward", gettext_lazy("Forward"), "f"),
    _write("send", gettext_lazy("Send, or add the note"), "mod+enter", place="composer"),
    _write("close", gettext_lazy("Send and close"), "mod+shift+enter", place="composer"),
    _write("attach", gettext_lazy("Attach files"), "mod+shift+a", place="composer"),
    _go("go-mine", gettext_lazy("Mine"), "g m"),
    _go("go-unassigned", gettext_lazy("Unassigned"), "g u"),
    _go("go-open", gettext_lazy("All open"), "g a"),
    _go("go-snoozed", gettext_lazy("Snoozed"), "g h"),
    _go("go-closed", gettext_lazy("Closed"), "g e"),
    _go("go-spam", gettext_lazy("Spam"), "g j"),
    _go("go-settings", gettext_lazy("Settings"), "g s"),
]
NAMED = {one.name: one for one in SHORTCUTS}


def shortcuts_of(user: User) -> list[Shortcut]:
    return [
        replace(one, keys=user.keys[one.name], is_own=True) if one.name in user.keys else one
        for one in SHORTCUTS
    ]


def by_group(shortcuts: list[Shortcut]) -> Iterator[tuple[Group, list[Shortcut]]]:
    for group, members in groupby(shortcuts, key=lambda one: one.group):
        yield group, list(members)


def check(user: User, name: str, keys: str) -> None:
    """
    See whether a person may have these keys for that.

    :raises BadKeys: with a sentence that says why not.
    """
    one = NAMED.get(name)
    if one is None or one.is_fixed:
        raise BadKeys(_("That key cannot be changed."))
    form = STEPS if one.group is Group.GO else KEYS
    if not form.fullmatch(keys):
        raise BadKeys(_("These keys cannot be used here. Choose a letter, a digit or a sign."))
    if keys in TAKEN:
        raise BadKeys(_("The browser keeps these keys to itself. Choose others."))
    if one.place == "composer" and not keys.startswith("mod+"):
        raise BadKeys(_("While you write, keys work only together with Ctrl."))
    for other in shortcuts_of(user):
        if other.name != name and _clash(other.keys, keys):
            raise BadKeys(
                _("“%(words)s” has these keys already. Choose others, or change that one first.")
                % {"words": other.words}
            )


def _clash(one: str, other: str) -> bool:
    """Tell whether a browser could not know which is meant; after a ``g`` it waits for more."""
    first, second = one.split(" "), other.split(" ")
    return one == other or (len(first) != len(second) and first[0] == second[0])


def _cap(key: str) -> str:
    return CAPS.get(key, key.upper())
