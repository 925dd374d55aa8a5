"""How a person wants to be told of new messages: kept with the profile, known to the screen."""

import pytest
from django.test import Client

from accounts.models import User

PROFILE = "/accounts/profile/"
SAID = {"name": "Olga Ivanova", "time_zone": "Europe/Berlin"}
CHOICES = ["notifies", "hides_words", "sounds"]


def chosen_by(member):
    user = User.objects.get(pk=member.user_id)
    return [name for name in CHOICES if getattr(user, name)]


def bell_of(client: Client, member):
    page = client.get(f"/{member.workspace.slug}/inbox/").content.decode()
    return page.partition("<news-bell")[2].partition(">")[0]


def test_nobody_is_told_who_has_not_asked(operator_client, operator):
    assert chosen_by(operator) == []
    bell = bell_of(operator_client, operator)
    assert 'data-title="New message"' in bell
    assert not any(word in bell for word in ("notifies", "hides-words", "sounds"))


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_is_kept_shown_and_taken_back(operator_client, operator, choice):
    operator_client.post(PROFILE, SAID | {choice: "on"})

    assert chosen_by(operator) == [choice]
    assert f'name="{choice}" checked' in operator_client.get(PROFILE).content.decode()
    assert f"data-{choice.replace('_', '-')}" in bell_of(operator_client, operator)

    operator_client.post(PROFILE, SAID)
    assert chosen_by(operator) == []


def test_what_is_refused_changes_no_choice(operator_client, operator):
    answer = operator_client.post(PROFILE, SAID | {"name": "", "notifies": "on"})

    assert answer.status_code == 422
    assert chosen_by(operator) == []
