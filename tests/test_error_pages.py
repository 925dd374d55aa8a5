"""Pages about requests that could not be answered: a sentence, a way back, and no more trouble."""

import re
from urllib.parse import quote, unquote

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client

from accounts.errors import DomainError
from helpdesk import errors
from tests.factories import PASSWORD, make_user

HEADINGS = {
    "400.html": "We could not read that",
    "403.html": "This is not yours to see",
    "404.html": "There is nothing here",
    "429.html": "Too many tries",
    "500.html": "Something broke on our side",
    "503.html": "We cannot answer right now",
}


class Full(DomainError):
    code = "full"


@pytest.mark.parametrize(("template", "heading"), HEADINGS.items())
def test_an_error_page_needs_neither_request_nor_database(template, heading):
    html = render_to_string(template)

    assert f"<h1>{heading}</h1>" in html
    assert f"<title>{heading} · Helpdesk</title>" in html
    assert re.findall(r' href="([^"#]*)"', html.split("<body")[1]) == ["/", "/"]
    assert "<form" not in html


@pytest.mark.parametrize(
    ("view", "status", "heading"),
    [
        (errors.bad_request, 400, "We could not read that"),
        (errors.forbidden, 403, "This is not yours to see"),
        (errors.not_found, 404, "There is nothing here"),
        (errors.server_error, 500, "Something broke on our side"),
    ],
)
def test_an_error_answers_with_its_page_while_the_database_is_away(view, status, heading):
    response = view(HttpRequest())

    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.content.decode()


def test_a_form_that_stood_open_too_long_is_told_so_and_does_nothing(db):
    client = Client(enforce_csrf_checks=True)
    user = make_user()

    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})

    assert response.status_code == 403
    assert b"<h1>This page was open for too long</h1>" in response.content
    assert "_auth_user_id" not in client.session


def test_an_address_of_ours_that_leads_nowhere_is_said(client, db):
    response = client.get("/accounts/nothing/")

    assert response.status_code == 404
    assert b"<h1>There is nothing here</h1>" in response.content


def test_a_host_that_is_not_ours_is_told_nothing(client):
    response = client.get("/accounts/login/", headers={"Host": "evil.example"})

    assert response.status_code == 400
    assert b"<h1>We could not read that</h1>" in response.content
    assert b"evil.example" not in response.content


def test_a_refusal_says_its_sentence_and_leads_back(operator_client, admin, workspace):
    response = operator_client.get(f"/{workspace.slug}/settings/channels/")

    text = response.content.decode()
    assert response.status_code == 403
    assert "<p>This is for admins. Ask an admin of the workspace.</p>" in text
    # Who can do it is a mail away: the owner of the workspace and its admin.
    assert "<b>Marta Silva, Olive Winter</b>" in text
    [asked] = re.findall(r'href="mailto:([^?"]+)\?subject=', text)
    assert unquote(asked).split(",")[0] == admin.user.email
    assert quote(f"/{workspace.slug}/settings/channels/", safe="/") in text
    assert f'<a class="btn" href="/{workspace.slug}/inbox/">' in text


def test_a_refusal_outside_a_workspace_leads_to_the_start(rf):
    html = render_to_string("refused.html", {"error": Full("<b>Full</b>")}, rf.get("/"))

    assert "<p>&lt;b&gt;Full&lt;/b&gt;</p>" in html
    assert '<a class="btn" href="/">' in html


def test_somebody_elses_workspace_looks_like_none(client, stranger, workspace):
    client.force_login(stranger.user)

    theirs = client.get(f"/{workspace.slug}/inbox/")
    nobodys = client.get("/nobodys/inbox/")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert theirs.content == nobodys.content
    assert workspace.slug not in theirs.content.decode()
