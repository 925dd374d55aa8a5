"""Automatic replies of rules: once, marked as such, and never to a program."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.mail_replies import prepare_mail
from inbox.actions.outgoing import claim_message, record_sent
from inbox.actions.receiving import receive_message
from inbox.connectors.mail.composing import compose
from inbox.enums import EventKind, MessageKind
from inbox.models import Conversation, Message
from routing.actions.running import run_rules
from tests import factories
from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_trust import OURS, PASS
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


def checking_channel(workspace):
    """Make one whose server tells who wrote."""
    mailbox = make_mail_channel(workspace)
    with scope(workspace):
        mailbox.config["authserv_id"] = OURS
        mailbox.save(update_fields=["config"])
    return mailbox


def numbered(mailbox, follow, results):
    """Write four mails, each of its own; return their conversations."""
    talks = [
        post(mailbox, written(f"Number {n}", subject=f"{n}", authentication_results=results))
        for n in range(4)
    ]
    for talk in talks:
        follow(talk.conversation)
    return [talk.conversation for talk in talks]


def test_one_customer_is_sent_three_automatic_replies_a_day_at_most(workspace, rule, follow):
    rule("Received", reply_of())
    talks = numbered(checking_channel(workspace), follow, PASS)

    assert [len(sent_to(talk)) for talk in talks] == [1, 1, 1, 0]
    assert told(talks[3])[0]["did"][0]["came"] == "enough"
    with scope(workspace):
        head, text, _html = prepare_mail(sent_to(talks[0])[0])
    assert (head.subject, head.to[0].name) == ("Re: 0", "Ada")
    assert "> Number 0" in text


def test_who_may_not_have_written_gets_one_and_none_of_the_writers_words(workspace, rule, follow):
    """Or whoever writes in another's name would have us write to them, and say what."""
    rule("Received", reply_of())
    mailbox = checking_channel(workspace)
    lure = f"Buy at evil.test <b>now</b> {'!' * 50}"
    asked = written(lure, subject=lure, sender=f'"{lure}" <ada@example.test>',
                    authentication_results=f"{OURS}; dmarc=none")  # fmt: skip
    talk = post(mailbox, asked).conversation
    follow(talk)
    later = numbered(mailbox, follow, f"{OURS}; dmarc=none")

    assert [len(sent_to(one)) for one in (talk, *later)] == [1, 0, 0, 0, 0]
    with scope(workspace):
        head, text, html = prepare_mail(sent_to(talk)[0])
    raw = compose(head, text, (), html).decode()
    assert head.subject == f"Your message to {workspace.name}"
    assert [one.address for one in head.to] == ["ada@example.test"]
    assert "We have your message." in raw
    assert "evil.test" not in raw
    assert "Buy" not in raw


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
