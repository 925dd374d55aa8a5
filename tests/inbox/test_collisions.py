"""A colleague's reply that the writer has not seen holds theirs; nothing is lost."""

import pytest

from accounts.tenancy import scope
from inbox.actions.answering import answer_conversation
from inbox.actions.collisions import NewerReply
from inbox.actions.messaging import add_note, send_message
from inbox.actions.outgoing import claim_message, record_failure
from inbox.actions.receiving import receive_message
from inbox.actions.withdrawing import withdraw_message
from inbox.models import Message
from tests import factories


@pytest.fixture
def home(workspace, conversation):
    return f"/{workspace.slug}/inbox/{conversation.number}/"


def replies(workspace):
    with scope(workspace):
        said = Message.objects.filter(kind="outgoing").order_by("seq")
        return list(said.values_list("text", flat=True))


def test_an_unseen_reply_of_somebody_else_holds_mine(workspace, conversation, operator, admin):
    with scope(workspace):
        theirs = send_message(conversation, text="Theirs", actor=admin)

    with scope(workspace), pytest.raises(NewerReply) as held:
        send_message(conversation, text="Mine", actor=operator, seen_seq=theirs.seq - 1)

    assert held.value.reply == theirs
    assert replies(workspace) == ["Theirs"]


def test_what_was_seen_holds_nothing(workspace, conversation, operator, admin):
    with scope(workspace):
        theirs = send_message(conversation, text="Theirs", actor=admin)
        send_message(conversation, text="Mine", actor=operator, seen_seq=theirs.seq)

    assert replies(workspace) == ["Theirs", "Mine"]


def test_only_a_reply_of_somebody_else_holds(workspace, conversation, operator, admin):
    seen = conversation.last_seq
    with scope(workspace):
        send_message(conversation, text="My first", actor=operator)
        add_note(conversation, text="A note", actor=admin)
        receive_message(conversation.channel, factories.incoming("ada", "More"))
        back = answer_conversation(conversation, text="Taken back", actor=admin)
        withdraw_message(back, actor=admin)

        send_message(conversation, text="My second", actor=operator, seen_seq=seen)

    assert replies(workspace) == ["My first", "", "My second"]


def test_a_reply_that_failed_holds_nothing(workspace, conversation, operator, admin):
    seen = conversation.last_seq
    with scope(workspace):
        theirs = send_message(conversation, text="Theirs", actor=admin)
        record_failure(claim_message(theirs.pk), reason="No such person")

        send_message(conversation, text="Mine", actor=operator, seen_seq=seen)

    assert replies(workspace) == ["Theirs", "Mine"]


def test_a_screen_is_shown_what_came_first(operator_client, workspace, conversation, admin, home):
    with scope(workspace):
        theirs = send_message(conversation, text="We are <on> it", actor=admin)
    said = {"text": "Mine", "seen_seq": theirs.seq - 1}

    answer = operator_client.post(f"{home}messages/", said, headers={"HX-Request": "true"})

    assert (answer.status_code, answer["X-Refusal"]) == (409, "newer_reply")
    assert "We are &lt;on&gt; it" in answer.content.decode()
    assert f'data-seen="{theirs.seq}"' in answer.content.decode()
    assert replies(workspace) == ["We are <on> it"]


def test_a_plain_form_keeps_its_words_and_may_send_them_again(
    operator_client, workspace, conversation, admin, home
):
    with scope(workspace):
        theirs = send_message(conversation, text="Theirs", actor=admin)
    said = {"text": "Mine", "seen_seq": theirs.seq - 1, "client_id": str(factories.uuid4())}

    page = operator_client.post(f"{home}messages/", said)

    shown = page.content.decode()
    assert page.status_code == 409
    assert "Not sent yet." in shown
    assert "\nMine</textarea>" in shown
    assert f'name="seen_seq" value="{theirs.seq}"' in shown
    again = operator_client.post(f"{home}messages/", said | {"seen_seq": theirs.seq})
    assert again.status_code == 302
    assert replies(workspace) == ["Theirs", "Mine"]


def test_a_plain_form_may_throw_its_words_away(operator_client, workspace, conversation, home):
    kept = {"kind": "reply", "text": "Half", "client_id": str(factories.uuid4())}
    operator_client.post(f"{home}drafts/", kept | {"seen_seq": 1, "version": 0})

    answer = operator_client.post(f"{home}drafts/", {"discard": "1", "text": "Half"})

    assert answer.status_code == 302
    assert operator_client.get(f"{home}drafts/").json() == {}


@pytest.mark.parametrize(("seen", "status"), [(0, 409), (99, 201), (None, 201), ("x", 400)])
def test_the_api_may_ask_to_be_held(client, workspace, conversation, operator, admin, seen, status):
    with scope(workspace):
        send_message(conversation, text="Theirs", actor=admin)
    _token, secret = factories.make_api_token(operator)
    said = {"text": "Mine"} | ({} if seen is None else {"seen_seq": seen})

    answer = client.post(
        f"/api/v1/conversations/{conversation.number}/messages/",
        said,
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )

    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "newer_reply"
    assert (replies(workspace) == ["Theirs"]) is (status != 201)
