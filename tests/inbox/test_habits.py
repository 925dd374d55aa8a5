"""How a person likes to write is theirs to say."""

import pytest

from accounts.models import Membership
from accounts.tenancy import scope

HABITS = [
    "shares_drafts",
    "undo_seconds",
    "after_closing",
    "takes_on_reply",
    "goes_on_after_sending",
]


def habits(membership):
    with scope(membership.workspace):
        return Membership.objects.filter(pk=membership.pk).values_list(*HABITS).get()


@pytest.fixture
def page(workspace):
    return f"/{workspace.slug}/settings/writing/"


def test_habits_are_kept_for_oneself_alone(operator_client, operator, admin, page):
    said = {"shares_drafts": "no", "undo_seconds": "30", "after_closing": "stay"}

    assert operator_client.post(page, said | {"takes_on_reply": "never"}).status_code == 302

    assert habits(operator) == (False, 30, "stay", "never", False)
    assert habits(admin) == (True, 5, "next", "ask", False)
    shown = operator_client.get(page).content.decode()
    assert 'value="no" checked' in shown
    assert '<option value="30" selected>' in shown


def test_a_habit_that_is_not_named_stays(operator_client, operator, page):
    operator_client.post(page, {"undo_seconds": "0"}, headers={"HX-Request": "true"})
    operator_client.post(page, {"after_closing": "list", "goes_on_after_sending": "yes"})

    assert habits(operator) == (True, 0, "list", "ask", True)


@pytest.mark.parametrize(
    "said", [{"undo_seconds": "31"}, {"after_closing": "home"}, {"shares_drafts": "perhaps"}]
)
def test_a_habit_that_is_none_is_refused(operator_client, operator, page, said):
    assert operator_client.post(page, said).status_code == 422
    assert habits(operator) == (True, 5, "next", "ask", False)
