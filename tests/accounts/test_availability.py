"""Away and back: kept with its time, recorded once, and nobody else's to change."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.enums import EventKind
from accounts.models import Event, Membership
from accounts.tenancy import scope

KINDS = [EventKind.MEMBERSHIP_PAUSED, EventKind.MEMBERSHIP_RESUMED]


@pytest.fixture
def address(workspace):
    return f"/{workspace.slug}/availability/"


def pauses(workspace):
    with scope(workspace):
        return list(Event.objects.filter(kind__in=KINDS).order_by("pk"))


def member(operator):
    with scope(operator.workspace):
        return Membership.objects.get(pk=operator.pk)


def test_away_is_kept_with_its_time_and_recorded(
    operator_client, workspace, operator, address, time_machine
):
    left = timezone.now()
    time_machine.move_to(left, tick=False)

    operator_client.post(address, {"away": "1"})

    assert member(operator).away_since == left
    time_machine.move_to(left + timedelta(minutes=20), tick=False)
    operator_client.post(address, {"away": ""})
    assert member(operator).away_since is None
    away, back = pauses(workspace)
    assert (away.kind, away.actor_id, away.subject_id) == (KINDS[0], operator.pk, operator.pk)
    assert (back.kind, back.data) == (KINDS[1], {"since": left.isoformat()})


def test_saying_it_twice_changes_nothing(operator_client, workspace, operator, address):
    operator_client.post(address, {"away": "1"})
    since = member(operator).away_since
    operator_client.post(address, {"away": "1"})

    assert member(operator).away_since == since
    assert len(pauses(workspace)) == 1


def test_a_script_gets_the_switch_and_the_dot(operator_client, address):
    answer = operator_client.post(address, {"away": "1"}, headers={"HX-Request": "true"})

    text = answer.content.decode()
    assert 'value="1" aria-pressed="true"' in text
    assert 'id="own-mark"' in text
    assert 'data-s="away"' in text


def test_pauses_are_not_in_the_audit_log(client, workspace, operator_client, operator, address):
    operator_client.post(address, {"away": "1"})

    with scope(workspace):
        assert not Event.objects.audited().filter(kind__in=KINDS).exists()


@pytest.mark.parametrize(("who", "status"), [("anonymous", 302), ("stranger", 404)])
def test_others_cannot(request, workspace, operator, address, who, status):
    client = Client()
    if who != "anonymous":
        client.force_login(request.getfixturevalue(who).user)

    assert client.post(address, {"away": "1"}).status_code == status
    assert pauses(workspace) == []
