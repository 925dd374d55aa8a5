"""A rating by mail: asked for once, given once, by the contact alone; a bad one is heard."""

import re
from datetime import timedelta

import pytest
from django.core import mail, signing
from django.utils import timezone

from accounts.enums import EventKind as Happened
from accounts.enums import Role
from accounts.models import Event, Letter, TeamMembership
from accounts.tenancy import scope
from analytics.actions.ratings import PATIENCE, ask_for_ratings
from analytics.rating_links import LASTS, SALT, link_to_rate
from inbox.actions.contacts import change_contact
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_sent
from inbox.enums import EventKind
from inbox.models import Conversation
from tests import factories


@pytest.fixture
def asking(workspace, admin):
    with scope(workspace):
        ask_for_ratings(workspace, asked=True, actor=admin)


@pytest.fixture
def answered(conversation, operator):
    with scope(conversation.workspace):
        change_contact(conversation.contact, email="ada@example.test", actor=operator)
        message = send_message(conversation, text="Hi", actor=operator)
        record_sent(claim_message(message.pk), external_id="")
    return conversation


def close(conversation, operator):
    with scope(conversation.workspace):
        close_conversation(conversation, actor=operator)


def rating_of(conversation):
    with scope(conversation.workspace):
        return Conversation.objects.get(pk=conversation.pk).rating


def later(workspace):
    """Let the hour pass after which a contact is asked."""
    with scope(workspace):
        Letter.objects.filter(kind="rating-request").update(send_at=timezone.now())


def asked(workspace, settle):
    before = len(mail.outbox)
    settle(workspace)
    assert "How was the help" not in str([one.subject for one in mail.outbox[before:]])
    later(workspace)
    settle(workspace)
    return [one for one in mail.outbox[before:] if "How was the help" in one.subject]


def link_of(conversation, value=""):
    with scope(conversation.workspace):
        return re.sub(r"^https?://[^/]*", "", link_to_rate(conversation, value))


def test_a_contact_is_asked_by_mail_and_only_the_button_rates(
    asking, answered, operator, client, settle
):
    close(answered, operator)
    (letter,) = asked(answered.workspace, settle)
    assert letter.to == ["ada@example.test"]
    link = re.search(r"(/rate/\S+\?value=excellent)", letter.body)[1]

    page = client.get(link)
    assert page.status_code == 200
    assert re.search(r'value="excellent" required checked', page.content.decode())
    assert page["Cache-Control"].count("no-store") == 1
    assert rating_of(answered) == ""

    assert client.post(link.partition("?")[0], {"value": ""}).status_code == 422
    said = client.post(link.partition("?")[0], {"value": "good", "comment": "Quick\x00"})
    assert ("Thank you" in said.content.decode(), rating_of(answered)) == (True, "good")

    again = client.post(link.partition("?")[0], {"value": "bad"})
    assert ("Thank you" in again.content.decode(), rating_of(answered)) == (True, "good")
    with scope(answered.workspace):
        rated = Event.objects.get(kind=EventKind.CONVERSATION_RATED)
        assert (rated.actor, rated.data["comment"]) == (None, "Quick")


@pytest.mark.parametrize(
    "case", ["off", "unanswered", "no address", "colleague", "open again", "asked"]
)
def test_nobody_is_asked_in_vain(case, workspace, admin, answered, channel, operator, settle):
    with scope(workspace):
        ask_for_ratings(workspace, asked=case != "off", actor=admin)
        if case == "no address":
            change_contact(answered.contact, email="", actor=operator)
        if case == "colleague":
            change_contact(answered.contact, email=operator.user.email.upper(), actor=operator)
        if case == "asked":
            Letter.objects.create(kind="rating-request", subject_id=7, email="ADA@example.test")
            Letter.objects.update(state="sent")
    one = answered
    if case == "unanswered":
        one = factories.make_conversation(channel, "ben")
        with scope(workspace):
            change_contact(one.contact, email="ben@example.test", actor=operator)
    close(one, operator)
    if case == "open again":
        settle(workspace)
        with scope(workspace):
            reopen_conversation(one, actor=operator)

    assert asked(workspace, settle) == []


def test_the_mail_waits_an_hour(asking, answered, operator, settle):
    close(answered, operator)
    settle(answered.workspace)

    with scope(answered.workspace):
        letter = Letter.objects.get(kind="rating-request")
        assert timezone.now() < letter.send_at <= timezone.now() + PATIENCE


def test_a_link_that_is_not_good_is_explained(answered, operator, elsewhere, client, time_machine):
    close(answered, operator)
    good = link_of(answered)
    foreign = signing.dumps([elsewhere.pk, str(answered.public_id)], salt=SALT)
    for bad in ("/rate/nonsense/", f"{good[:-9]}x/", f"/rate/{foreign}/"):
        for method in (client.get, client.post):
            answer = method(bad, {"value": "bad"})
            assert (answer.status_code, "no longer works" in answer.content.decode()) == (404, True)

    time_machine.move_to(timezone.now() + timedelta(seconds=LASTS + 60))
    assert client.post(good, {"value": "bad"}).status_code == 404
    assert rating_of(answered) == ""


def test_a_conversation_in_work_is_not_rated(answered, client):
    answer = client.post(link_of(answered), {"value": "bad"})

    assert (answer.status_code, "still open" in answer.content.decode()) == (409, True)


def test_nobody_who_works_here_can_rate_or_change_a_rating(
    answered, operator, admin, client, settle
):
    close(answered, operator)
    for member in (operator, admin):
        client.force_login(member.user)
        assert client.post(link_of(answered), {"value": "excellent"}).status_code == 403
        _token, secret = factories.make_api_token(member, "admin" if member == admin else "write")
        said = client.patch(
            f"/api/v1/conversations/{answered.number}/",
            {"rating": "excellent"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert said.status_code in {200, 400, 405}
        path = f"/{answered.workspace.slug}/inbox/{answered.number}/rating/"
        assert client.post(path, {"value": "excellent"}).status_code == 404
    assert rating_of(answered) == ""


def test_a_bad_rating_is_heard_by_the_lead_or_else_by_admins(
    workspace, operator, admin, client, settle
):
    team = factories.make_team(workspace, "Orders")
    lead = factories.make_membership(workspace, Role.OPERATOR, name="Lea Lead")
    with scope(workspace):
        TeamMembership.objects.create(team=team, membership=lead, is_lead=True)
    channel = factories.make_channel(workspace, team)
    heard = []
    for sender, value in (("ada", "bad"), ("ben", "good"), ("cid", "bad")):
        one = factories.make_conversation(channel, sender)
        with scope(workspace):
            if sender == "cid":
                Conversation.objects.filter(pk=one.pk).update(team=None)
        close(one, operator)
        client.post(link_of(one), {"value": value, "comment": "=Too slow"})
        before = len(mail.outbox)
        settle(workspace)
        heard.append([(letter.to[0], letter.subject) for letter in mail.outbox[before:]])

    (ada, ben, cid) = heard
    assert [to for to, _ in ada] == [lead.user.email]
    assert "was rated as bad" in ada[0][1]
    assert ben == []
    assert admin.user.email in [to for to, _ in cid]
    assert operator.user.email not in [to for to, _ in cid]
    assert "=Too slow" in mail.outbox[-1].body


def test_asking_is_in_the_audit_log_and_for_admins(workspace, admin, operator, client):
    client.force_login(operator.user)
    path = f"/{workspace.slug}/reports/rules/"
    assert client.post(path, {"rating_requests": "on"}).status_code == 403
    client.force_login(admin.user)
    assert client.post(path, {"rating_requests": "on"}).status_code == 302

    workspace.refresh_from_db()
    with scope(workspace):
        said = Event.objects.get(kind=Happened.STATISTICS_RULES_CHANGED)
    assert (workspace.asks_for_ratings, said.data["after"]) == (True, {"rating_requests": True})


def test_whoever_does_not_want_to_be_asked_is_not_until_they_say_so(
    asking, answered, operator, client, settle, channel
):
    close(answered, operator)
    settle(answered.workspace)  # it is owed already, and does not go
    link = link_of(answered)
    assert "Do not ask me again" in client.get(link).content.decode()
    page = client.post(link, {"ask": "never"}).content.decode()
    assert ("not asked by mail any more" in page, rating_of(answered)) == (True, "")
    client.post(link, {"ask": "never"})  # twice is once
    assert asked(answered.workspace, settle) == []

    other = factories.make_conversation(channel, "ben")
    with scope(answered.workspace):
        change_contact(other.contact, email="ADA@example.test", actor=operator)
        message = send_message(other, text="Hi", actor=operator)
        record_sent(claim_message(message.pk), external_id="")
    close(other, operator)
    assert asked(answered.workspace, settle) == []

    client.force_login(operator.user)
    assert client.post(link, {"ask": "again"}).status_code == 403
    client.logout()
    page = client.post(link, {"ask": "again"}).content.decode()
    assert "Do not ask me again" in page
    with scope(answered.workspace):
        reopen_conversation(other, actor=operator)
        Letter.objects.all().delete()
    close(other, operator)
    (letter,) = asked(answered.workspace, settle)
    assert "Do not ask me again" in letter.body


def test_a_bad_rating_calls_the_lead_into_the_conversation(
    workspace, operator, admin, client, settle
):
    team = factories.make_team(workspace, "Orders")
    lead = factories.make_membership(workspace, Role.OPERATOR, name="Lea Lead")
    with scope(workspace):
        TeamMembership.objects.create(team=team, membership=lead, is_lead=True)
    one = factories.make_conversation(factories.make_channel(workspace, team), "ada")
    close(one, operator)
    said = f"Too slow @{admin.user.display_name}"
    client.post(link_of(one), {"value": "bad", "comment": said})
    settle(workspace)

    with scope(workspace):
        event = Event.objects.get(kind=EventKind.NOTE_ADDED)
        note = one.messages.get(kind="note")
    assert note.text.startswith("@Lea Lead This conversation was rated as bad.\n“Too slow ")
    assert (event.data["mentions"], note.author_id, rating_of(one)) == ([lead.pk], None, "bad")
    client.force_login(lead.user)
    page = client.get(f"/{workspace.slug}/inbox/{one.number}/").content.decode()
    assert ("A former colleague" in page, "<b>Automatic</b>" in page) == (False, True)
