"""What becomes of a mail to each of its readers, told by servers that disagree."""

import pytest
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox import doors
from inbox.actions.outgoing import NotFailed, retry_message
from inbox.enums import MessageState
from inbox.models import Conversation, Message
from tests.mail.answering import answer, carry, outcomes, read
from tests.mail.posting import post, written
from tests.mail.test_receiving import bounce

ADA, LIV, EVE = "ada@example.test", "liv@example.test", "eve@example.test"
NOBODY, LATER = "550 5.1.1 nobody here", "450 4.7.1 come back later"


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written()).conversation


@pytest.fixture
def sent(conversation, operator):
    return answer(conversation, operator, to=ADA, cc=f"{LIV}, {EVE}")


def shown(workspace, conversation, client):
    return client.get(f"/{workspace.slug}/inbox/{conversation.number}/").content.decode()


def test_those_who_were_refused_for_now_are_tried_again_alone(
    workspace, conversation, sent, server, operator, operator_client
):
    server.answers = {f"RCPT {LIV}": LATER}

    partly = carry(sent)

    assert (partly.state, partly.sent_at is not None) == (MessageState.QUEUED, True)
    assert outcomes(sent)[LIV] == ("waiting", f"The mail server refused: {LATER}")
    assert "Sent to some" in shown(workspace, conversation, operator_client)
    server.answers = {}
    assert carry(sent).state == MessageState.SENT
    assert server.envelopes == [[ADA, EVE], [LIV]]
    assert len({read(raw)["Message-ID"] for raw in server.mails}) == 1
    with scope(workspace):
        assert Event.objects.filter(kind="message.sent").count() == 1
        assert Conversation.objects.get(pk=conversation.pk).public_seq == 2


def test_a_later_answer_does_not_wait_for_one_slow_reader(conversation, sent, server, operator):
    later = answer(conversation, operator, "And also", to=ADA)
    server.answers = {f"RCPT {LIV}": LATER}

    carry(sent)

    assert (sent.workspace_id, later.pk) in doors.messages_to_send(timezone.now(), 100)
    assert carry(later).state == MessageState.SENT


def test_a_refusal_is_shown_at_its_reader_who_is_tried_again_alone(
    workspace, conversation, sent, server, operator, operator_client
):
    server.answers = {f"RCPT {LIV}": NOBODY}

    failed = carry(sent)

    assert failed.state == MessageState.FAILED
    assert failed.error == f"{LIV}: The mail server refused: {NOBODY}"
    page = shown(workspace, conversation, operator_client)
    assert "Not delivered to <b" in page
    assert f'name="address" value="{LIV}"' in page
    assert f'name="address" value="{ADA}"' not in page
    with scope(workspace), pytest.raises(NotFailed):
        retry_message(failed, actor=operator, address=ADA)
    server.answers = {}
    door = f"/{workspace.slug}/inbox/{conversation.number}/messages/{sent.pk}/retry/"
    operator_client.post(door, {"address": LIV})
    assert carry(sent).state == MessageState.SENT
    assert server.envelopes == [[ADA, EVE], [LIV]]


def test_what_is_refused_after_the_mail_itself_is_refused_for_the_rest(sent, server):
    server.answers = {f"RCPT {LIV}": NOBODY, "END": "552 5.3.4 too big"}

    assert carry(sent).state == MessageState.FAILED

    assert outcomes(sent) == {
        ADA: ("refused", "The mail server refused: 552 5.3.4 too big"),
        LIV: ("refused", f"The mail server refused: {NOBODY}"),
        EVE: ("refused", "The mail server refused: 552 5.3.4 too big"),
    }


def test_who_was_refused_before_the_line_broke_is_not_among_the_unsure(sent, server):
    server.answers = {f"RCPT {LIV}": NOBODY, "END": "die"}

    assert carry(sent).state == MessageState.FAILED

    assert {one: state for one, (state, _) in outcomes(sent).items()} == {
        ADA: "unknown", LIV: "refused", EVE: "unknown",
    }  # fmt: skip


def test_hours_of_trying_are_shown_and_two_days_are_the_end(
    workspace, conversation, sent, server, operator_client
):
    server.answers = {"RCPT": LATER}
    with scope(workspace):
        Message.objects.filter(pk=sent.pk).update(attempts=10)
    late = carry(sent)
    page = shown(workspace, conversation, operator_client)
    with scope(workspace):
        Message.objects.filter(pk=sent.pk).update(attempts=55)

    given_up = carry(sent)

    assert (late.state, late.attempts) == (MessageState.QUEUED, 11)
    assert 'data-state="delayed"' in page
    assert given_up.state == MessageState.FAILED
    assert {state for state, _ in outcomes(sent).values()} == {"refused"}


def test_a_server_that_is_away_for_hours_delays_the_mail_and_tells_the_screens_once(
    workspace, conversation, sent, server, operator_client
):
    server.answers = {"MAIL": "451 4.3.2 full"}
    with scope(workspace):
        Message.objects.filter(pk=sent.pk).update(attempts=10)

    carry(sent)
    carry(sent)

    with scope(workspace):
        assert Event.objects.filter(kind="message.reported").count() == 1
    assert "still being tried" in shown(workspace, conversation, operator_client)


def test_notices_of_other_servers_are_tied_to_mail_and_reader(
    workspace, mailbox, conversation, sent, server, operator_client
):
    mail_id = carry(sent).external_id

    notices = [bounce(mail_id, "4.4.1", LIV), bounce(mail_id, address="nobody@example.test")]
    notices = [raw.replace(b"<b@", b"<b%d@" % n) for n, raw in enumerate(notices)]

    for raw in notices:
        post(mailbox, raw)
    delayed = shown(workspace, conversation, operator_client)
    post(mailbox, bounce(mail_id, address=EVE))

    assert 'data-state="delayed"' in delayed
    assert {one: state for one, (state, _) in outcomes(sent).items()} == {
        ADA: "taken", LIV: "delayed", EVE: "bounced",
    }  # fmt: skip
    with scope(workspace):
        failed = Message.objects.get(pk=sent.pk)
    assert failed.state == MessageState.FAILED
    assert failed.error.startswith(f"{EVE}: ")
    assert LIV not in failed.error
