"""Whatever strangers say and admins name, it is text in the mails that we write about it."""

import pytest
from django.core import mail
from django.utils import timezone

from accounts.mailing import compose
from accounts.models import Letter
from accounts.tenancy import scope
from analytics.actions.ratings import ask_for_ratings
from inbox.actions.automatic import answer_automatically
from inbox.actions.contacts import change_contact
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_sent
from inbox.actions.ratings import rate_conversation
from inbox.enums import Rating
from inbox.models import Conversation, Message
from inbox.transcript_mail import send_transcript
from inbox.unread_mail import mail_unread_replies, write_unread_replies
from routing.actions.rules import keep_rule
from tests import factories
from tests.routing.test_conditions import every
from tests.support.visitors import Visitor

EVIL = "<b onclick=x>Ada</b>"
MAILS = {"alert", "bad", "copy", "request", "unread"}


@pytest.fixture
def hostile(workspace, admin):
    """Give everything that mails name a hostile name."""
    with scope(workspace):
        workspace.name = EVIL
        workspace.save(update_fields=["name"])
        admin.user.name = EVIL
        admin.user.save(update_fields=["name"])
        ask_for_ratings(workspace, asked=True, actor=admin)
        notify = {"do": "notify", "with": admin.pk, "named": EVIL}
        facts = {"is_on": True, "stops": False, "conditions": every(), "actor": None}
        keep_rule(None, name=EVIL, triggers=["opened"], actions=[notify], **facts)
    return factories.make_channel(workspace)


def let_time_pass(workspace, settle):
    """Do what follows, and send every letter, also those that wait for their hour."""
    while settle(workspace):
        pass
    with scope(workspace):
        Letter.objects.update(send_at=timezone.now(), leased_until=None)
    settle(workspace)


def test_a_chat_in_anothers_name_has_us_write_nothing_until_a_person_answers(
    workspace, admin, settle
):
    """And then no word or link of whoever chats, but what they may have had copied: see the limits."""
    channel = factories.make_channel(workspace, origins=["https://shop.test"])
    visitor = Visitor(channel)
    lure = "https://evil.test/prize"
    visitor.say(f"Go to {lure}", page={"url": lure, "title": lure})
    settle(workspace)

    def copied():
        return visitor.ask("POST", "transcript/", {"email": "victim@far.test"}).status_code

    def mailed(page):
        with scope(workspace):
            conversation = Conversation.objects.with_people().get()
            conversation.contact.email, conversation.contact.page_url = "victim@far.test", page
            conversation.contact.save(update_fields=["email", "page_url"])
            due = conversation.mail_due_at is not None
            letter = Letter(subject_id=conversation.pk, email="victim@far.test")
            words = write_unread_replies(letter)
            return due, compose(words.template, letter.email, words.context, "<1@x>").body

    with scope(workspace):
        conversation = Conversation.objects.with_people().get()
        ours = answer_automatically(conversation, text="We have it.", because={"by": "rule"})
        record_sent(claim_message(ours.pk), external_id="")
    assert copied() == 404
    due, body = mailed(lure)
    assert not due
    assert "evil.test" not in body

    with scope(workspace):
        ours = send_message(conversation, text="Who are you?", actor=admin)
        Message.objects.filter(pk=ours.pk).update(send_at=timezone.now())
        record_sent(claim_message(ours.pk), external_id="")
    assert copied() == 204
    due, body = mailed(lure)
    assert due
    assert "Who are you?" in body
    assert "evil.test" not in body
    for other in (
        "https://shop.test.evil.test/",
        "https://shop.test@evil.test/",
        "http://shop.test/",
    ):
        assert other not in mailed(other)[1]
    assert "https://shop.test/bikes" in mailed("https://shop.test/bikes")[1]


def test_what_anybody_says_is_text_in_our_mails(workspace, hostile, admin, settle):
    talks = [factories.make_conversation(hostile, sender, EVIL) for sender in ("ada", "ben")]
    let_time_pass(workspace, settle)
    with scope(workspace):
        for talk in talks:
            email = f"{talk.handle.value}@far.test"
            change_contact(talk.contact, name=EVIL, email=email, actor=admin)
            reply = send_message(talk, text=f"{EVIL} and no more", actor=admin)
            Message.objects.filter(pk=reply.pk).update(send_at=timezone.now())
            record_sent(claim_message(reply.pk), external_id="")
        send_transcript(talks[0], email="ada@far.test")
        Conversation.objects.update(mail_due_at=timezone.now())
    mail_unread_replies()
    let_time_pass(workspace, settle)
    with scope(workspace):
        for talk in talks:
            close_conversation(talk, actor=admin)
    let_time_pass(workspace, settle)
    with scope(workspace):
        rate_conversation(talks[0], value=Rating.BAD, comment=EVIL)
    let_time_pass(workspace, settle)

    kinds = [letter.subject for letter in mail.outbox]
    for letter in mail.outbox:
        (html,) = [str(said) for said, kind in letter.alternatives if kind == "text/html"]
        assert "<b onclick" not in html, letter.subject
        assert "&lt;b onclick" in html, letter.subject
        assert "&lt;" not in letter.body, letter.subject
        assert "\n" not in letter.subject
    assert len(set(kinds)) >= len(MAILS), kinds
