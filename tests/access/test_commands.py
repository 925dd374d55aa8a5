"""Commands refuse whoever they act for, as any door does."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.access.digest import changed, undone
from tests.access.finding import commands, difference
from tests.access.live_doors import API_TOKEN, COMMANDS

REFUSED = [
    pytest.param(name, words, id=" ".join([name, *words]))
    for name, tries in COMMANDS.items()
    if not isinstance(tries, str)
    for words in tries
]


def filled(world, words):
    here = world.here
    facts = {
        "slug": here.slug,
        "email": here.email,
        "removed": here.members["removed"].user.email,
        "super_admin_elsewhere": world.there.members["super_admin"].user.email,
    }
    return [word.format(**facts) for word in words]


@pytest.mark.parametrize(("name", "words"), REFUSED)
def test_a_command_refuses_and_changes_nothing(world, name, words):
    with undone():
        with pytest.raises(CommandError):
            call_command(name, *filled(world, words), stdout=StringIO())
        assert changed(world.before) == set()


def test_a_token_is_made_for_somebody_who_works_there(world):
    with undone():
        call_command("api_token", *filled(world, API_TOKEN), stdout=StringIO())
        assert changed(world.before) == {"accounts_apitoken", "accounts_event"}


def test_every_command_has_a_row():
    told = difference(commands(), set(COMMANDS), "tests/access/live_doors.py")

    assert not told, "\n".join(told)
