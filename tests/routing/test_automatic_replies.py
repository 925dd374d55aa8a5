"""Automatic replies of rules: once, marked as such, and never to a program."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.mail_replies import prepare_mail
from inbox.actions.outgoing import claim_message, record_sent
from inbox.actions.receiving import receive_message
from inbox.enums import EventKind, MessageKind
from inbox.models import Conversation, Message
from routing.actions.running import run_rules
from tests import factories
from tests.mail.posting import make_mail_channel, post, written
from tests.routing.test_rules import told


def reply_of(text="We have your message."):
    return {"do": "reply", "with": text, "named": text}


def sent_to(conversation):
    with scope(conversation.workspace):
        return list(conversation.messages.filter(kind=MessageKind.OUTGOING))


def test_an_automatic_reply_goes_out_once_and_ends_no_waiting(workspace, channel, rule, follow):
    rule("Received", reply_of(), on=["opened", "received"])
    talk = factories.make_conversation(channel)
    follow(talk)
    with scope(workspace):
        receive_message(channel, factories.incoming(talk.handle.value, "Hello?"))
    follow(talk)

    [reply] = sent_to(talk)
    assert (reply.text, reply.author, reply.is_automatic) == ("We have your message.", None, True)
    assert [did["came"] for ran in told(talk) for did in ran["did"]] == ["done", "again"]
    with scope(workspace):
        record_sent(claim_message(reply.pk), external_id="")
        now = Conversation.objects.get(pk=talk.pk)
    assert now.waiting_since is not None
    assert now.first_response_at is None


def test_a_program_is_never_answered(workspace, rule, follow):
    rule("Received", reply_of(), on=["opened", "received"])
    mailbox = make_mail_channel(workspace)
    away = post(mailbox, written("I am away", auto_submitted="auto-replied")).conversation

    follow(away)

    assert sent_to(away) == []
    assert told(away)[0]["did"][0]["came"] == "automatic"


def test_an_automatic_mail_says_that_it_is_one_and_goes_to_whoever_wrote(workspace, rule, follow):
    rule("Received", reply_of())
    mailbox = make_mail_channel(workspace)
    talk = post(mailbox, written("Hello", cc="boss@example.test")).conversation
    follow(talk)

    [reply] = sent_to(talk)
    with scope(workspace):
        head, _text, _html = prepare_mail(Message.objects.get(pk=reply.pk))
    assert head.is_automatic
    assert [one.address for one in (*head.to, *head.cc)] == ["ada@example.test"]


def test_one_customer_is_sent_three_automatic_replies_a_day_at_most(workspace, rule, follow):
    rule("Received", reply_of())
    mailbox = make_mail_channel(workspace)
    talks = [post(mailbox, written(f"Number {n}", subject=f"{n}")).conversation for n in range(4)]
    for talk in talks:
        follow(talk)

    assert [len(sent_to(talk)) for talk in talks] == [1, 1, 1, 0]
    assert told(talks[3])[0]["did"][0]["came"] == "enough"


def test_eight_workers_at_once_send_one_reply(workspace, channel, rule):
    talk = factories.make_conversation(channel)
    rule("Received", reply_of(), on=["received"])
    with scope(workspace):
        for n in range(8):
            receive_message(channel, factories.incoming(talk.handle.value, f"Number {n}"))
        received = Event.objects.about(talk).filter(kind=EventKind.MESSAGE_RECEIVED, seq__gt=2)
        events = list(received)

    def work(event):
        with scope(workspace):
            run_rules(event)
        connection.close()

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(work, events))

    assert len(events) == 8
    assert len(sent_to(talk)) == 1
    came = sorted(did["came"] for ran in told(talk) for did in ran["did"])
    assert came == ["again"] * 7 + ["done"]
