"""Colleagues that a note calls by name."""

import re
from collections import Counter

from accounts.models import Membership


def mentioned(text: str) -> list[int]:
    """Return the ids of active members whose name, or only first name of its kind, follows an @."""
    if "@" not in text:
        return []
    members = list(Membership.objects.for_list())
    first_names = Counter(member.user.first_name.casefold() for member in members)
    return [
        member.pk
        for member in members
        if _is_called(text, member.user.display_name)
        or (
            first_names[member.user.first_name.casefold()] == 1
            and _is_called(text, member.user.first_name)
        )
    ]


def _is_called(text: str, name: str) -> bool:
    return re.search(rf"(?<!\w)@{re.escape(name)}(?!\w)", text, re.IGNORECASE) is not None
