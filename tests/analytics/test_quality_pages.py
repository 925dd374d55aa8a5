"""Pages of quality review: who sees what, and when; what makes no sense is explained."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from accounts.tenancy import scope
from analytics.actions.rules import show_own_numbers
from analytics.models import SampledConversation
from tests.analytics.drawing import WHOLE, answered, give


@pytest.fixture
def bench(client, admin, item):
    client.force_login(admin.user)
    return f"/{item.workspace.slug}/quality/"


def test_a_reviewer_sees_neither_whose_work_it_is_nor_the_rating_until_it_is_given(
    bench, client, item, operator, second
):
    olga = operator.user.display_name
    page = client.get(f"{bench}{item.pk}/").content.decode()
    for told in (olga, olga.split()[0], "Never again", "customer's rating", "/inbox/"):
        assert told not in page.partition('<main class="conv"')[2].partition("<nav")[0], told
    assert "I am …." in page

    refused = client.post(f"{bench}{item.pk}/review/", {"task": "no", "note": "Kept"})
    assert (refused.status_code, "Not marked yet" in refused.content.decode()) == (422, True)
    assert "Kept" in refused.content.decode()
    assert client.post(f"{bench}{item.pk}/review/", WHOLE).status_code == 302

    page = client.get(f"{bench}{item.pk}/").content.decode()
    for told in (olga, f"I am {olga}.", "customer's rating: <b>Bad</b>"):
        assert told in page, told

    # The second reviewer hears of the first when theirs is given.
    client.force_login(second.user)
    blind = client.get(f"{bench}{item.pk}/").content.decode()
    assert (olga in blind, "Other reviewers" in blind) == (False, False)
    client.post(f"{bench}{item.pk}/review/", WHOLE | {"task": "no"})
    assert "Other reviewers" in client.get(f"{bench}{item.pk}/").content.decode()


def test_a_draft_answers_its_score_and_a_given_one_refuses(bench, client, item):
    path, script = f"{bench}{item.pk}/draft/", {"HX-Request": "true"}
    answer = client.post(path, {"task": "yes", "tone": "no"}, headers=script)
    assert answer.json() == {"score": 57, "whole": False}

    client.post(f"{bench}{item.pk}/review/", WHOLE)
    assert client.post(path, {"task": "no"}, headers=script).status_code == 409
    assert client.post(f"{bench}{item.pk}/withdrawal/").status_code == 302
    assert client.post(f"{bench}{item.pk}/withdrawal/").status_code == 409


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"from": "2026-03-31", "to": "2026-03-01"}, "ends before it begins"),
        ({"from": "2006-01-01", "to": "2026-01-01"}, "at most 366 days"),
        ({"from": "tomorrow", "to": "x"}, "Give both days"),
        ({"from": "2001-01-01", "to": "2001-01-02", "each": "0"}, "Nobody but you answered"),
        ({"from": "2001-01-01", "to": "2001-01-02", "each": "x' OR 1"}, "Nobody but you answered"),
    ],
)
def test_a_draw_that_makes_no_sense_is_explained(bench, client, said, words):
    answer = client.post(bench, said)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)


def test_strange_addresses_show_what_there_is(bench, client, item, elsewhere):
    for query in (
        "?sample=x",
        "?sample=999",
        "?operator=-1",
        "?criterion=x",
        "?given=9&operator=99999",
    ):
        assert client.get(bench + query).status_code == 200
    assert client.get(f"/{elsewhere.slug}/quality/{item.pk}/").status_code == 404


def test_operators_read_their_own_reviews_if_the_workspace_lets_them(
    item, admin, operator, ivan, client
):
    give(item, admin, task="partly", note="Ask which wheel")
    path = f"/{item.workspace.slug}/quality/own/"
    client.force_login(operator.user)
    assert client.get(path).status_code == 403
    with scope(item.workspace):
        workspace = Workspace.objects.get(pk=item.workspace_id)
        show_own_numbers(workspace, shown=True, actor=admin)

    page = client.get(path).content.decode()
    assert ("Ask which wheel" in page, admin.user.display_name in page) == (True, True)
    assert client.get(f"/{item.workspace.slug}/quality/").status_code == 403
    client.force_login(ivan.user)
    page = client.get(path).content.decode()
    assert ("Ask which wheel" in page, "Nobody has reviewed your work" in page) == (False, True)


def test_a_page_asks_the_same_however_much_was_drawn(bench, client, item, channel, ivan):
    def queries(path):
        with CaptureQueriesContext(connection) as made:
            assert client.get(path).status_code == 200
        return len(made)

    one = f"{bench}{item.pk}/"
    queries(bench)  # what is asked once
    before = queries(bench), queries(one)
    for place in range(2, 5):
        made = answered(channel, ivan)
        with scope(item.workspace):
            SampledConversation.objects.create(
                sample=item.sample, conversation=made, operator=ivan, place=place
            )

    assert (queries(bench), queries(one)) == before


def test_a_review_is_taken_back_from_the_next_ones_page(bench, client, item, channel, ivan):
    made = answered(channel, ivan)
    with scope(item.workspace):
        SampledConversation.objects.create(
            sample=item.sample, conversation=made, operator=ivan, place=2
        )

    answer = client.post(f"{bench}{item.pk}/review/", WHOLE, follow=True)

    before = answer.content.decode().partition(' given"')[0]
    # HTML knows no form in a form: the button would belong to the outer one.
    assert before.count("<form") == before.count("</form>") + 1
    assert f'action="{bench}{item.pk}/withdrawal/"' in answer.content.decode()
