"""The one table of who may do what, as the product and the docs show it."""

from io import StringIO

from django.conf import settings
from django.core.management import call_command

from accounts.permissions import GRANTED, LADDER, Permission


def test_the_docs_hold_the_table():
    printed = StringIO()

    call_command("permissions", stdout=printed)

    assert (settings.BASE_DIR / "docs/permissions.md").read_text() == printed.getvalue()


def test_every_permission_is_granted_and_each_role_may_what_the_one_below_may():
    assert set(GRANTED) == set(Permission)
    for granted in GRANTED.values():
        assert granted in [set(LADDER[n:]) for n in range(len(LADDER))]
