"""Whose a saved reply is, who may write it, and what is found where it is needed."""

import pytest

from accounts.audit import Entry
from accounts.errors import Taken
from accounts.models import Event
from accounts.permissions import NotAllowed
from accounts.tenancy import scope
from inbox.actions.answering import GapLeft, answer_conversation
from inbox.models import Message
from knowledgebase.actions.insertions import insert_reply
from knowledgebase.actions.saved_replies import BadWords, delete_reply, write_reply
from knowledgebase.models import SavedReply
from tests import factories


def make_reply(actor, shortcut="hi", **facts):
    said = {"name": f"Reply {shortcut}", "text": "Hello", "is_own": False, "team": None} | facts
    with scope(actor.workspace):
        return write_reply(None, shortcut=shortcut, actor=actor, **said)


def shortcuts(membership):
    with scope(membership.workspace):
        found = SavedReply.objects.visible_to(membership).order_by("shortcut")
        return [reply.shortcut for reply in found]


def test_ones_own_those_of_ones_teams_and_everybodys_are_seen(workspace, admin, operator):
    team, other = factories.make_team(workspace), factories.make_team(workspace)
    colleague = factories.make_membership(workspace, teams=[team])
    make_reply(admin, "all")
    make_reply(admin, "team", team=team)
    make_reply(admin, "other", team=other)
    make_reply(admin, "admins-own", is_own=True)
    make_reply(operator, "own", is_own=True)

    assert shortcuts(operator) == ["all", "own"]
    assert shortcuts(colleague) == ["all", "team"]
    assert shortcuts(admin) == ["admins-own", "all", "other", "team"]


def test_operators_write_their_own_alone(workspace, admin, operator):
    shared = make_reply(admin)
    with scope(workspace):
        for attempt in (
            lambda: write_reply(
                None, name="A", shortcut="a", text="A", is_own=False, team=None, actor=operator
            ),
            # Nor may they take what is shared for their own.
            lambda: write_reply(
                shared, name="A", shortcut="a", text="A", is_own=True, team=None, actor=operator
            ),
            lambda: delete_reply(shared, actor=operator),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert SavedReply.objects.get().text == "Hello"
    assert make_reply(operator, "own", is_own=True).owner == operator


def test_a_short_word_means_one_thing_to_everybody(workspace, admin, operator):
    make_reply(admin, "hi")
    make_reply(operator, "hi", is_own=True)

    with pytest.raises(Taken):
        make_reply(admin, "HI")
    with pytest.raises(Taken):
        make_reply(operator, "hi", is_own=True)


def test_misspelt_variables_are_refused(workspace, admin):
    with pytest.raises(BadWords, match="fist_name"):
        make_reply(admin, text="Hello {{ contact.fist_name }}")


def test_the_log_tells_of_shared_replies_and_of_no_others(workspace, admin, operator):
    shared = make_reply(admin)
    own = make_reply(operator, is_own=True)
    with scope(workspace):
        facts = {"name": "Hello", "shortcut": "hi", "text": "Hi", "team": None}
        write_reply(shared, is_own=False, actor=admin, **facts)
        write_reply(own, is_own=True, actor=operator, **facts)
        delete_reply(own, actor=operator)
        delete_reply(shared, actor=admin)

        told = Event.objects.filter(subject_kind="savedreply").order_by("pk")
        entries = [Entry(event) for event in told]
        said = [(one.who, one.did, one.what) for one in entries]
        assert said == [
            ("Marta Silva", "wrote a saved reply", "Reply hi"),
            ("Marta Silva", "changed a saved reply", "Hello"),
            ("Marta Silva", "deleted a saved reply", "Hello"),
        ]
        assert entries[1].changes == [("Name", "Reply hi", "Hello"), ("Text", "Hello", "Hi")]


def test_words_and_short_words_find_replies_filled(operator_client, admin, operator, conversation):
    make_reply(admin, "swap", name="Battery swap", text="Dear {{ contact.first_name | you }}, swap")
    make_reply(admin, "sw", name="Light", text="{{ contact.email }}")
    used = make_reply(admin, "used", text="We swap nothing")
    with scope(admin.workspace):
        insert_reply(used, actor=admin)
    url = f"/{admin.workspace.slug}/inbox/{conversation.number}/insertions/"

    def found(query):
        page = operator_client.get(url, {"q": query}).content.decode()
        return [part.split('"')[0] for part in page.split('data-text="')[1:]]

    assert found("/sw") == ["{{ contact.email }}", "Dear Ada, swap", "We swap nothing"]
    assert found("swap") == ["Dear Ada, swap", "We swap nothing"]
    assert found("dear battery") == ["Dear Ada, swap"]
    assert found("battery light") == []
    assert found("") == ["We swap nothing", "Dear Ada, swap", "{{ contact.email }}"]
    assert operator_client.post(url, {"reply": used.pk}).status_code == 204
    with scope(admin.workspace):
        assert used.insertions.count() == 2


def test_the_list_asks_as_often_with_three_as_with_one(
    operator_client, admin, conversation, django_assert_num_queries
):
    url = f"/{admin.workspace.slug}/settings/replies/"
    make_reply(admin, "one", team=factories.make_team(admin.workspace))
    operator_client.get(url)  # which finds out what is known of the session for a while
    with django_assert_num_queries(11):
        operator_client.get(url)
    make_reply(admin, "two")
    make_reply(admin, "three")
    with django_assert_num_queries(11):
        operator_client.get(url)


def test_an_answer_with_a_gap_is_not_sent(operator, conversation):
    with scope(operator.workspace):
        with pytest.raises(GapLeft):
            answer_conversation(conversation, text="To {{ contact.email }}.", actor=operator)
        assert not Message.objects.filter(kind="outgoing").exists()
        answer_conversation(conversation, text="In Jinja: {{ page.title }}", actor=operator)


@pytest.mark.parametrize(
    "said",
    [
        {"shortcut": "two words"},
        {"shortcut": "/"},
        {"text": "   "},
        {"text": "{{ contact.name"},
        {"name": "x" * 81},
        {"reach": "all"},  # which is for admins
        {"reach": "99999999999999999999"},
    ],
    ids=str,
)
def test_bad_input_is_told_in_words(operator_client, operator, said):
    facts = {"name": "A", "shortcut": "a", "text": "A", "reach": "mine"} | said

    answer = operator_client.post(f"/{operator.workspace.slug}/settings/replies/new/", facts)

    assert answer.status_code == 422
    assert b"field__error" in answer.content
    with scope(operator.workspace):
        assert not SavedReply.objects.exists()


@pytest.mark.parametrize("tail", ["?view=99999999999999", "?view=²", "?q=%00", "?q=" + "x " * 300])
def test_strange_questions_are_answered(operator_client, operator, tail):
    answer = operator_client.get(f"/{operator.workspace.slug}/settings/replies/{tail}")

    assert answer.status_code == 200
