"""Merging on the screen and by the API: what is offered, asked, refused, and whom it lets in."""

import json

from accounts.tenancy import scope
from inbox.actions.assignment import move_conversation
from tests import factories
from tests.mail.test_receiving import reread

HTMX = {"HX-Request": "true"}


def test_a_page_shows_both_and_a_form_merges_them(operator_client, workspace, two):
    url = f"/{workspace.slug}/inbox/{two[0].number}/merge/"

    choosing = operator_client.get(url).content.decode()
    assert f"?into={two[1].number}" in choosing
    both = operator_client.get(f"{url}?into={two[1].number}").content.decode()
    assert f"Merge into #{two[1].number}" in both
    assert "1 + 1" in both
    missing = operator_client.post(url, {"into": "4711"})
    assert (missing.status_code, "There is no such conversation" in missing.content.decode()) == (
        422,
        True,
    )

    done = operator_client.post(url, {"into": two[1].number})

    assert (done.status_code, done["Location"]) == (
        302,
        f"/{workspace.slug}/inbox/{two[1].number}/",
    )
    page = operator_client.get(done["Location"]).content.decode()
    assert "merged <a" in page
    assert f'id="entry-{two[0].number}-2"' in page
    gone = operator_client.get(f"/{workspace.slug}/inbox/{two[0].number}/").content.decode()
    assert f"Merged into #{two[1].number}" in gone
    assert operator_client.delete(url).status_code == 302
    assert reread(two[0]).is_open


def test_a_conversation_offers_the_customers_other_one(operator_client, workspace, bring, two):
    url = f"/{workspace.slug}/inbox/{two[0].number}/"

    page = operator_client.get(url, headers=HTMX).content.decode()

    assert "Merge it into this" in page
    assert f"Merge this into #{two[1].number}" in page
    said = operator_client.post(
        f"{url}merge/", {"into": two[1].number}, headers=HTMX
    ).content.decode()
    assert f"Merged #{two[0].number} into #{two[1].number}." in said
    assert f'data-event="{two[1].number}:' in said
    for one in two:
        page = operator_client.get(f"/{workspace.slug}/inbox/{one.number}/", headers=HTMX)
        assert "Merge it into this" not in page.content.decode()


def test_another_customers_mails_ask_to_be_confirmed(operator_client, workspace, bring):
    ada, bob = bring(1), bring(2, sender="Bob <bob@example.test>")
    url = f"/{workspace.slug}/inbox/{bob.number}/merge/"
    page = operator_client.get(f"{url}?into={ada.number}").content.decode()
    assert "They belong together" in page

    assert operator_client.post(url, {"into": ada.number}).status_code == 409
    assert operator_client.post(url, {"into": ada.number, "confirmed": "1"}).status_code == 302
    assert reread(bob).merged_into_id == ada.pk


def test_what_one_may_not_see_cannot_be_merged_with(client, workspace, two):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    with scope(workspace):
        move_conversation(two[0], to=team, actor=None)
    client.force_login(limited.user)
    mine, hidden = (f"/{workspace.slug}/inbox/{one.number}/merge/" for one in two)

    assert client.post(mine, {"into": two[1].number}).status_code == 422
    assert client.post(hidden, {"into": two[0].number}).status_code == 404
    assert not reread(two[0]).is_closed
    assert not reread(two[1]).is_closed


def test_a_program_merges_and_takes_apart(client, workspace, two, operator):
    _token, secret = factories.make_api_token(operator)
    url = f"/api/v1/conversations/{two[0].number}/merge/"
    said = {"headers": {"Authorization": f"Bearer {secret}"}, "content_type": "application/json"}

    done = client.post(url, json.dumps({"into": two[1].number}), **said)

    assert (done.status_code, done.json()["number"]) == (200, two[1].number)
    assert client.post(url, json.dumps({"into": two[1].number}), **said).json()["code"] == (
        "not_mergeable"
    )
    assert client.post(url, json.dumps({"into": 4711}), **said).status_code == 404
    apart = client.delete(url, **said).json()
    assert (apart["status"], apart["merged_into"]) == ("open", None)
    assert client.delete(url, **said).json()["code"] == "not_merged"
