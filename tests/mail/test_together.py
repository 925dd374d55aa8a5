"""Mails that were fetched together are stored together, and none has to pay for another."""

import logging
from threading import Barrier, Thread

import pytest
from django.db import connection

from accounts.tenancy import scope
from inbox import intake, keeping, languages
from inbox.actions.arrivals import Arrival
from inbox.actions.merging import merge_conversations, take_apart
from inbox.enums import DeliveryState, Status
from inbox.models import Contact, Conversation, Delivery, Message
from tests.mail.fetching import numbered
from tests.mail.posting import NOW, deliveries, post, written
from tests.support.races import run_into
from tests.support.rows import until

ALONE = "are stored one by one"


@pytest.fixture(autouse=True)
def _full_pace(monkeypatch, caplog):
    monkeypatch.setattr(intake, "_pace", intake._Pace())
    monkeypatch.setattr(intake, "HELD", 60)  # however slow the machine is
    caplog.set_level(logging.INFO, "inbox.intake")


@pytest.fixture
def bring(mailbox):
    """Bring mails as a fetcher does; return what it does when it reads them."""

    def keep(*raws):
        kept = [keeping.keep(mailbox.workspace, mailbox, raw, received_at=NOW) for raw in raws]
        return lambda: intake.ingest_mails(mailbox.workspace, [one.delivery for one in kept])

    return keep


def said(mailbox):
    with scope(mailbox.workspace):
        found = Message.objects.filter(channel=mailbox).order_by("pk")
        return [(one.text, one.conversation_id) for one in found]


def answer(number, **headers):
    names = {"message_id": f"<a{number}@x>", "in_reply_to": f"<{number}@example.test>"}
    return written(f"Answer {number}", sender=f"person{number}@example.test", **names | headers)


# BEGIN, setting, way given, known, blocked, senders; savepoint, vouched for, contacts, handles,
# its end; counter, conversations, messages, events, follow-ups, mails; deliveries, COMMIT
NEW = 19
# BEGIN, setting, way given, known, blocked, what they answer; what these are parts of,
# conversations, contacts, tags;
# messages, events, follow-ups, mails; deliveries, COMMIT; and each conversation
ANSWERS = 16


def test_twelve_mails_cost_hardly_more_than_one(
    workspace, mailbox, bring, django_assert_num_queries
):
    post(mailbox, written())
    languages._read[workspace.pk] = (languages.time.monotonic(), frozenset({"en"}))
    read = bring(*(numbered(number) for number in range(2, 14)))
    with django_assert_num_queries(NEW):
        read()

    read = bring(*(answer(number) for number in range(2, 14)))
    with django_assert_num_queries(ANSWERS + 12):
        read()

    new, answers = said(mailbox)[1:13], said(mailbox)[13:]
    assert [text for text, _ in new] == [f"Hello {number}" for number in range(2, 14)]
    assert [place for _, place in answers] == [place for _, place in new]
    with scope(workspace):
        assert {one.last_seq for one in Conversation.objects.exclude(pk=said(mailbox)[0][1])} == {3}
        numbers = Conversation.objects.order_by("pk").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 14))


def test_mails_that_have_to_do_with_one_another_follow_one_another(mailbox, bring):
    """A question and its answer, one mail twice, and two of one person, who is made once."""
    copied = b"Received: by x\r\n"
    bring(
        numbered(1),
        answer(1),
        numbered(2),
        copied + numbered(2),
        numbered(3, sender="ada@example.test"),
        numbered(4, sender="ada@example.test"),
        written("Well", message_id="<5@x>", in_reply_to="<a1@x>", sender="person1@example.test"),
    )()

    found = dict(said(mailbox))
    assert list(found) == ["Hello 1", "Answer 1", "Hello 2", "Hello 3", "Hello 4", "Well"]
    assert found["Hello 1"] == found["Answer 1"] == found["Well"]
    assert len(set(found.values())) == 4
    assert {one.state for one in deliveries(mailbox)} == {DeliveryState.DONE}
    with scope(mailbox.workspace):
        assert Contact.objects.count() == 3


def test_by_a_channels_rule_two_mails_of_one_person_are_one_conversation(mailbox, bring):
    with scope(mailbox.workspace):
        mailbox.config["threading"] = "contact"
        mailbox.save(update_fields=["config"])
    ada = {"sender": "ada@example.test"}
    bring(numbered(1, **ada), numbered(2), numbered(3, **ada), numbered(4, **ada))()

    found = dict(said(mailbox))
    assert found["Hello 1"] == found["Hello 3"] == found["Hello 4"] != found["Hello 2"]


@pytest.mark.parametrize("is_first", [True, False], ids=["at once", "once stored"])
def test_a_mail_that_cannot_be_stored_stops_none_of_the_others(
    mailbox, bring, monkeypatch, caplog, is_first
):
    step = "look_up" if is_first else "details"
    whole = getattr(Arrival, step)

    def stumble(arrival, *args):
        if arrival.mail.message_id == "5@example.test":
            raise ValueError("A fault of ours")
        return whole(arrival, *args)

    monkeypatch.setattr(Arrival, step, stumble)
    bring(*(numbered(number) for number in range(10)))()

    assert [text for text, _ in said(mailbox)] == [f"Hello {n}" for n in range(10) if n != 5]
    [left] = [one for one in deliveries(mailbox) if one.state != DeliveryState.DONE]
    assert (left.state, left.error) == (DeliveryState.WAITING, "ValueError('A fault of ours')")
    assert ALONE in caplog.text
    with scope(mailbox.workspace):
        numbers = Conversation.objects.order_by("pk").values_list("number", flat=True)
        assert list(numbers) == list(range(1, 10))


def test_a_row_that_somebody_holds_holds_up_one_mail(mailbox, bring, caplog):
    post(mailbox, numbered(1))
    read = bring(numbered(2), answer(1), numbered(3))

    with scope(mailbox.workspace):
        Conversation.locked(said(mailbox)[0][1])
        reading = run_into(read)
        until(lambda: ALONE in caplog.text)
        until(lambda: Delivery.objects.filter(state="waiting").count() == 2)
        assert Message.objects.filter(text="Hello 2").exists()
    reading.result(60)

    assert [text for text, _ in said(mailbox)] == ["Hello 1", "Hello 2", "Answer 1", "Hello 3"]


def test_two_that_store_mails_for_the_same_conversations_do_not_block_each_other(
    mailbox, bring, caplog
):
    bring(*(numbered(number) for number in range(8)))()
    start, reads = Barrier(2), []
    for way, order in enumerate((range(8), reversed(range(8)))):
        reads.append(bring(*(answer(n, message_id=f"<{way}-{n}@x>") for n in order)))

    def work(read):
        start.wait()
        try:
            read()
        finally:
            connection.close()

    threads = [Thread(target=work, args=[read]) for read in reads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(said(mailbox)) == 24
    assert "deadlock" not in caplog.text.lower()
    assert {one.state for one in deliveries(mailbox)} == {DeliveryState.DONE}


def test_a_mail_comes_while_a_merge_is_taken_apart(workspace, mailbox, operator):
    """Both want both conversations; whoever was merged has the higher number, or the lower."""
    whole, part = (post(mailbox, numbered(n)).conversation for n in (1, 2))
    with scope(workspace):
        merge_conversations(part, into=whole, actor=operator, is_confirmed=True)

    with scope(workspace):
        Conversation.locked(whole.pk)
        reading = run_into(lambda: post(mailbox, answer(2)))
        take_apart(Conversation.objects.get(pk=part.pk), actor=operator)

    assert reading.result(60).conversation_id == part.pk
    with scope(workspace):
        assert Conversation.objects.get(pk=part.pk).status == Status.OPEN
    assert {one.state for one in deliveries(mailbox)} == {DeliveryState.DONE}


def test_a_mail_comes_while_two_are_merged(workspace, mailbox, operator):
    part, whole = (post(mailbox, numbered(n)).conversation for n in (1, 2))

    with scope(workspace):
        Conversation.locked(part.pk)
        reading = run_into(lambda: post(mailbox, answer(1)))
        merge_conversations(part, into=whole, actor=operator, is_confirmed=True)

    assert reading.result(60).conversation_id == whole.pk
