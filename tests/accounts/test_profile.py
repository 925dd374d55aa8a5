"""A person's own settings: what is kept, what is refused, and what others see of it."""

import zoneinfo

import pytest
from django.test import Client

from accounts.models import Membership, User
from accounts.tenancy import scope
from tests import factories

PROFILE = "/accounts/profile/"
SAID = {
    "name": "Olga  Ivanova-Berg ",
    "public_name": "Olya",
    "language": "ru",
    "time_zone": "Europe/Lisbon",
    "signature": "Olga\nMon to Fri",
}


def user_of(member):
    return User.objects.get(pk=member.user_id)


def signature_of(member):
    with scope(member.workspace):
        return Membership.objects.get(pk=member.pk).signature


def test_profile_keeps_what_it_says(operator_client, operator):
    response = operator_client.post(PROFILE, SAID)

    user = user_of(operator)
    assert response.url == PROFILE
    assert (user.name, user.public_name) == ("Olga Ivanova-Berg", "Olya")
    assert (user.language, user.time_zone) == ("ru", "Europe/Lisbon")
    assert signature_of(operator) == "Olga\nMon to Fri"
    page = operator_client.get(PROFILE).content.decode()
    assert 'value="Olga Ivanova-Berg"' in page
    assert "Olga\nMon to Fri</textarea>" in page
    assert 'role="status">' in page


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "  ", "Type your name."),
        ("name", "x" * 121, "at most 120"),
        ("public_name", "x" * 61, "at most 60"),
        ("language", "tlh", "valid choice"),
        ("time_zone", "", "Choose a time zone."),
        ("time_zone", "Europe/Atlantis", "There is no such time zone."),
        ("time_zone", "../../etc/passwd", "There is no such time zone."),
        ("signature", "x" * 2001, "at most 2000"),
        ("name", "a\x00b", "Null characters"),
    ],
)
def test_profile_refuses_with_a_sentence(operator_client, operator, field, typed, sentence):
    response = operator_client.post(PROFILE, SAID | {field: typed})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert user_of(operator).name == "Olga Ivanova"
    assert signature_of(operator) == ""


def test_every_workspace_has_a_signature_of_its_own(operator_client, operator, elsewhere):
    with scope(elsewhere):
        there = Membership.objects.create(user=operator.user)

    operator_client.post(f"{PROFILE}?workspace={elsewhere.slug}", SAID | {"signature": "There"})
    operator_client.post(
        f"{PROFILE}?workspace={operator.workspace.slug}", SAID | {"signature": "Here"}
    )

    assert (signature_of(there), signature_of(operator)) == ("There", "Here")
    page = operator_client.get(f"{PROFILE}?workspace={elsewhere.slug}").content.decode()
    assert ">There</textarea>" in page
    assert f'href="/{elsewhere.slug}/inbox/"' in page


def test_another_workspace_than_ones_own_cannot_be_named(operator_client, operator, stranger):
    operator_client.post(f"{PROFILE}?workspace={stranger.workspace.slug}", SAID)

    assert signature_of(stranger) == ""
    assert signature_of(operator) == SAID["signature"]
    page = operator_client.get(f"{PROFILE}?workspace={stranger.workspace.slug}").content.decode()
    assert stranger.workspace.slug not in page.partition("<body")[2]


def test_a_person_without_a_workspace_has_a_profile(signed_in, ada):
    assert signed_in.get(PROFILE).status_code == 200
    assert signed_in.post(PROFILE, SAID).status_code == 302
    ada.refresh_from_db()
    assert ada.language == "ru"


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("POST", ""), ("POST", "photo/"), ("POST", "zone/")]
)
def test_the_anonymous_are_asked_to_sign_in(db, method, path):
    response = Client().generic(method, PROFILE + path)

    assert response.url.startswith("/accounts/login/?next=")


def test_the_zone_is_guessed_once_and_then_chosen(operator_client, operator):
    guess = f"{PROFILE}zone/"

    assert operator_client.post(guess, {"time_zone": "Nowhere"}).status_code == 422
    assert operator_client.post(guess, {"time_zone": "Asia/Tokyo"}).status_code == 204
    assert operator_client.post(guess, {"time_zone": "Asia/Seoul"}).status_code == 204

    assert user_of(operator).time_zone == "Asia/Tokyo"
    assert 'value="Asia/Tokyo" checked' in operator_client.get(PROFILE).content.decode()


def test_a_zone_that_is_not_in_the_list_stays_chosen(operator_client, operator):
    operator_client.post(f"{PROFILE}zone/", {"time_zone": "US/Eastern"})

    assert 'value="US/Eastern" checked' in operator_client.get(PROFILE).content.decode()


def test_every_zone_of_the_list_is_one(operator_client):
    from accounts import zones

    listed = zones.choices()

    assert len(listed) > 400
    assert all(zoneinfo.ZoneInfo(zone.name) for zone in listed)
    assert {zone.label for zone in listed} >= {"UTC", "Kolkata, UTC+5:30"}


def test_customers_read_the_name_that_is_meant_for_them(workspace, conversation, operator):
    from inbox.actions.messaging import send_message

    operator.user.public_name = "Olya"
    with scope(workspace):
        said = send_message(conversation, text="Hi", actor=operator)
        said.public_seq = 9
        author = said.for_visitor()["author"]

    assert (author["name"], author["photo"]) == ("Olya", "")


@pytest.mark.parametrize("count", [1, 3])
def test_the_profile_costs_the_same_with_more_colleagues(
    operator_client, workspace, count, django_assert_num_queries
):
    for _ in range(count):
        factories.make_membership(workspace)
    operator_client.get(PROFILE)

    # session, person; workspaces (2); BEGIN, setting, membership, COMMIT; for the rail BEGIN,
    # setting, COMMIT
    with django_assert_num_queries(11):
        operator_client.get(PROFILE)
