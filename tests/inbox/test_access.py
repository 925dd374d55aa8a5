"""Whom the operator's pages refuse, and what they do not do."""

import re

import pytest
from django.utils import timezone

from accounts.enums import Role
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.actions.triage import tag_conversation
from inbox.models import Conversation, Message
from tests import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def home(workspace):
    return f"/{workspace.slug}/inbox/"


def furnish(workspace, channel, operator, count):
    """Make conversations that have everything a row and a thread can show."""
    for n in range(count):
        conversation = factories.make_conversation(channel, f"visitor-{n}")
        with scope(workspace):
            assign_conversation(conversation, to=operator, actor=operator)
            tag_conversation(conversation, name=f"tag {n}", actor=operator)
            add_note(conversation, text="Careful", actor=operator)
            send_message(conversation, text="Hi", actor=operator)
    return conversation


def numbers_in(page):
    return [int(n) for n in re.findall(rb'id="row-(\d+)"', page.content)]


FILE = "6f9619ff-8b86-4011-b42d-00c04fc964ff"
ADDRESSES = [
    ("GET", ""),
    ("GET", "timeline/"),
    ("GET", "timeline/?after=1"),
    ("GET", "card/"),
    ("GET", "drafts/"),
    ("POST", "drafts/"),
    ("GET", "drafts/1/"),
    ("POST", "messages/"),
    ("POST", "notes/"),
    ("POST", "assignment/"),
    ("DELETE", "assignment/"),
    ("POST", "closure/"),
    ("DELETE", "closure/"),
    ("POST", "snooze/"),
    ("DELETE", "snooze/"),
    ("POST", "tags/"),
    ("POST", "tags/1/"),
    ("POST", "read/"),
    ("DELETE", "read/"),
    ("POST", "messages/1/retry/"),
    ("GET", f"attachments/{FILE}/"),
    ("PUT", f"attachments/{FILE}/?what=reply&name=a.txt"),
    ("DELETE", f"attachments/{FILE}/"),
    ("GET", f"attachments/{FILE}/thumbnail/"),
    ("POST", "messages/1/withdrawal/"),
    ("POST", "messages/1/release/"),
]


def test_the_addresses_of_a_conversation_are_all_known():
    from inbox.urls import urlpatterns

    known = {re.sub(rf"(\d+|{FILE})/", "", tail.partition("?")[0]) for _, tail in ADDRESSES}
    of_conversations = [str(p.pattern) for p in urlpatterns if "<int:number>" in str(p.pattern)]

    assert known == {
        re.sub("<(int:pk|uuid:public_id)>/", "", p.removeprefix("inbox/<int:number>/"))
        for p in of_conversations
    }


@pytest.mark.parametrize(("method", "tail"), ADDRESSES)
def test_somebody_limited_to_teams_finds_no_others_conversation(
    client, workspace, conversation, home, method, tail
):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    client.force_login(limited.user)

    response = client.generic(
        method,
        f"{home}{conversation.number}/{tail}",
        "text=Hi&name=vip&until=tomorrow",
        content_type="application/x-www-form-urlencoded",
    )

    assert response.status_code == 404
    with scope(workspace):
        again = Conversation.objects.get()
        assert (again.last_seq, again.read_seq) == (conversation.last_seq, conversation.read_seq)


def test_somebody_limited_to_teams_sees_their_own_lists(client, workspace, channel, admin, home):
    team = factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[team], limited=True)
    client.force_login(limited.user)
    theirs = factories.make_conversation(factories.make_channel(workspace, team))
    assigned = factories.make_conversation(channel)
    with scope(workspace):
        assign_conversation(assigned, to=limited, actor=admin)
    factories.make_conversation(channel)

    assert numbers_in(client.get(f"{home}?view=open")) == [theirs.number]
    assert numbers_in(client.get(f"{home}?view=mine")) == [assigned.number]
    assert client.get(f"{home}{assigned.number}/").status_code == 200
    counts = client.get(f"{home}counts/").json()
    assert (counts["open"], counts["mine"]) == (1, 1)


@pytest.mark.parametrize("role", Role.values)
def test_settings_are_for_admins(client, workspace, role):
    member = factories.make_membership(workspace, role)
    client.force_login(member.user)

    page = client.get(f"/{workspace.slug}/settings/channels/")

    assert page.status_code == (403 if role == Role.OPERATOR else 200)


def test_a_post_without_the_forms_token_is_refused(workspace, conversation, operator, home):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(operator.user)

    response = strict.post(f"{home}{conversation.number}/closure/")

    assert response.status_code == 403
    with scope(workspace):
        assert Conversation.objects.get().status == "open"


def test_looking_changes_nothing(operator_client, workspace, channel, operator, home):
    conversation = furnish(workspace, channel, operator, 1)
    with scope(workspace):
        close_conversation(conversation, actor=operator)
    with scope(workspace):
        before = list(Conversation.objects.values()), Message.objects.count()

    for method, tail in ADDRESSES:
        if method == "GET":
            operator_client.get(f"{home}{conversation.number}/{tail}")
    for tail in ("", "counts/", "?view=closed"):
        operator_client.get(home + tail)

    with scope(workspace):
        assert (list(Conversation.objects.values()), Message.objects.count()) == before


def test_answers_to_signed_in_people_are_not_kept(operator_client, conversation, home):
    for tail in ("", f"{conversation.number}/", "counts/"):
        assert "no-store" in operator_client.get(home + tail)["Cache-Control"]


def test_times_come_from_our_clock(workspace, channel, operator, time_machine):
    moment = timezone.now() + timezone.timedelta(days=400)
    time_machine.move_to(moment, tick=False)

    conversation = factories.make_conversation(channel)

    assert conversation.last_activity_at == moment
