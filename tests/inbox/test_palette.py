"""The palette's doors: what they offer, whom they find, and what they keep to themselves."""

import pytest
from django.test import Client

from accounts.tenancy import scope
from inbox.actions.assignment import move_conversation
from tests import factories


@pytest.fixture
def talks(workspace, channel):
    """Ada's and Grace's conversations; Grace has an address."""
    ada = factories.make_conversation(channel, "ada")
    grace = factories.make_conversation(channel, "grace")
    with scope(workspace):
        for one, name, email in [(ada, "Ada Lovelace", ""), (grace, "Grace Hopper", "g@navy.test")]:
            one.contact.name, one.contact.email = name, email
            one.contact.save(update_fields=["name", "email"])
    return ada, grace


def found(client, workspace, said):
    answer = client.get(f"/{workspace.slug}/inbox/finding/", {"q": said})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("said", ["grace", "HOPP", "navy.test", "hopper grace", " grace  "])
def test_finding_by_words_of_the_contact(operator_client, workspace, talks, said):
    page = found(operator_client, workspace, said)

    assert "Grace Hopper" in page
    assert "Ada Lovelace" not in page


def test_finding_by_number(operator_client, workspace, talks):
    ada, _grace = talks

    for said in (f"#{ada.number}", str(ada.number)):
        page = found(operator_client, workspace, said)
        assert page.count('role="option"') == 1
        assert f"/{workspace.slug}/inbox/{ada.number}/" in page


@pytest.mark.parametrize(
    "said", ["", "   ", "\x00", "%", "_", "nobody", "#", "#x", "9" * 40, "x" * 5000]
)
def test_finding_nothing(operator_client, workspace, talks, said):
    assert 'role="option"' not in found(operator_client, workspace, said)


def test_finding_is_bounded_and_asks_once(
    operator_client, workspace, channel, django_assert_max_num_queries
):
    for number in range(25):
        factories.make_conversation(channel, f"visitor-{number}")
    with scope(workspace):
        channel.conversations.update(subject="Wheel")

    with django_assert_max_num_queries(12):
        page = found(operator_client, workspace, "wheel")

    assert page.count('role="option"') == 20


def test_a_limited_operator_finds_only_what_they_may_open(workspace, talks, operator):
    ada, grace = talks
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, name="Lea", teams=[team], limited=True)
    with scope(workspace):
        move_conversation(grace, to=team, actor=operator)
    client = Client()
    client.force_login(limited.user)

    assert "Grace Hopper" in found(client, workspace, "grace")
    assert 'role="option"' not in found(client, workspace, "ada")
    assert 'role="option"' not in found(client, workspace, f"#{ada.number}")
    places = client.get(
        f"/{workspace.slug}/inbox/palette/?recent={ada.number},{grace.number}"
    ).content.decode()
    assert "Ada Lovelace" not in places
    assert "Grace Hopper" in places


def test_places_remember_what_was_open_in_that_order(operator_client, workspace, talks):
    ada, grace = talks

    said = f"{grace.number},{ada.number},x,{'9' * 30},,"
    page = operator_client.get(f"/{workspace.slug}/inbox/palette/?recent={said}").content.decode()

    assert 0 < page.index("Grace Hopper") < page.index("Ada Lovelace")


def test_strangers_find_nothing(workspace, talks, stranger):
    client = Client()
    client.force_login(stranger.user)

    for address in ("finding/?q=grace", "palette/"):
        assert client.get(f"/{workspace.slug}/inbox/{address}").status_code == 404
