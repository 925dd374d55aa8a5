"""Two conversations become one to those who answer, and nobody outside notices."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Event
from accounts.tenancy import scope
from inbox import timeline
from inbox.actions.assignment import move_conversation
from inbox.actions.drafts import save_draft
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.actions.mail_threads import contacts_of, participants_of
from inbox.actions.merging import NotMergeable, OtherCustomer, merge_conversations, take_apart
from inbox.actions.messaging import MergedAway, add_note, send_message
from inbox.actions.receiving import receive_message
from inbox.actions.recipients import suggest_recipients
from inbox.actions.spam import mark_spam
from inbox.actions.triage import tag_conversation
from inbox.actions.undoing import undo
from inbox.enums import DraftKind, MessageKind, Status
from inbox.models import Conversation, Draft
from tests import factories
from tests.mail.posting import post, written
from tests.mail.test_receiving import reread, sent_by_us
from tests.support.races import run_into


@pytest.fixture
def merged(two, workspace, operator):
    """The first goes into the second."""
    with scope(workspace):
        merge_conversations(two[0], into=two[1], actor=operator)
    return reread(two[0]), reread(two[1])


def texts(page):
    return [
        [message.text for message in entry.part.messages] if entry.part else entry.message.text
        for entry in page.entries
        if entry.part or entry.message
    ]


def kinds(conversation):
    told = Event.objects.about(conversation).order_by("seq")
    return list(told.values_list("kind", flat=True))


def test_the_one_is_closed_and_read_in_the_other(workspace, two, operator):
    with scope(workspace):
        tag_conversation(two[0], name="bells", actor=None)
        tag_conversation(two[1], name="lamps", actor=None)
        merge_conversations(two[0], into=two[1], actor=operator)
        part, whole = reread(two[0]), reread(two[1])

        assert (part.status, part.merged_into_id, part.waiting_since) == ("closed", whole.pk, None)
        assert whole.is_open
        assert whole.waiting_since == two[0].waiting_since
        assert sorted(tag.name for tag in whole.tags.all()) == ["bells", "lamps"]
        assert texts(timeline.newest(whole)) == ["And my lamp", ["My bell"]]
        assert texts(timeline.newest(part)) == ["My bell"]
        for one in (part, whole):
            seqs = Event.objects.about(one).order_by("seq").values_list("seq", flat=True)
            assert list(seqs) == list(range(1, one.last_seq + 1))


def test_answers_to_either_arrive_in_the_one_that_stays(mailbox, merged):
    part, whole = merged
    sent_by_us(part, "old@acme.test")

    answer = post(mailbox, written("Red", message_id="<3@x>", in_reply_to="<old@acme.test>"))

    assert answer.conversation_id == whole.pk
    assert (answer.kind, answer.channel_id) == (MessageKind.INCOMING, mailbox.pk)
    assert reread(part).is_closed
    assert reread(whole).waiting_since is not None


def test_strangers_get_no_part_in_it_by_a_merged_mail(mailbox, merged):
    answer = written("Me", sender="eve@evil.test", message_id="<3@x>", in_reply_to="<1@x>")

    message = post(mailbox, answer)

    assert message.conversation_id not in {one.pk for one in merged}


def test_mails_of_two_people_are_merged_when_somebody_says_so(workspace, mailbox, bring, operator):
    ada, bob = bring(1), bring(2, "It is for Ada", sender="Bob <bob@example.test>")
    with scope(workspace):
        with pytest.raises(OtherCustomer):
            merge_conversations(bob, into=ada, actor=operator)
        assert not reread(bob).is_closed
        merge_conversations(bob, into=ada, actor=operator, is_confirmed=True)
        whole = reread(ada)
        suggestion = suggest_recipients(whole)
        known = participants_of(contacts_of([whole]), of="bob@example.test")[whole.pk]

        assert [one.address for one in suggestion.recipients] == ["ada@example.test"]
        assert [one.address for one in suggestion.offered] == ["bob@example.test"]
        assert known.participants == {"ada@example.test", "bob@example.test"}
        assert whole.contact_id != reread(bob).contact_id
    again = post(
        mailbox, written("Well", sender="bob@example.test", message_id="<3@x>", in_reply_to="<2@x>")
    )
    assert again.conversation_id == ada.pk


@pytest.fixture
def chats(workspace, channel):
    """Two chats of one visitor, and one of another."""
    said = [("ada", uuid4()), ("ada", uuid4()), ("bob", uuid4())]
    with scope(workspace):
        return [
            reread(
                receive_message(
                    channel, factories.incoming(who, f"{who} {n}", conversation=public)
                ).conversation
            )
            for n, (who, public) in enumerate(said)
        ]


def test_a_chats_visitor_keeps_it_and_sees_nothing_else(workspace, channel, chats, operator):
    one, other, _bob = chats
    with scope(workspace):
        merge_conversations(one, into=other, actor=operator)
        send_message(reread(other), text="To the other", actor=operator)

        seen = [message.for_visitor()["text"] for message in one.messages.public()]
        assert seen == ["ada 0"]
        assert [m.text for m in other.messages.public()] == ["ada 1"]

        words = factories.incoming("ada", "Are you there?", conversation=one.public_id)
        message = receive_message(channel, words)

        assert message.conversation_id == one.pk
        assert (reread(one).status, reread(one).merged_into) == (Status.OPEN, None)
        assert texts(timeline.newest(reread(other))) == ["ada 1", "To the other"]


def test_what_cannot_be_one_is_refused(workspace, bring, chats, operator):
    mail, (chat, twin, stranger) = bring(1), chats
    with scope(workspace):
        Conversation.objects.filter(pk=mail.pk).update(contact=chat.contact)
        mail = reread(mail)
        spam = mark_spam(reread(twin), actor=operator)
        for one, into, why in (
            (chat, chat, "with itself"),
            (mail, chat, "A chat answers its visitor alone"),
            (chat, stranger, "different customers"),
            (chat, spam, "Spam cannot be merged"),
        ):
            with pytest.raises(NotMergeable, match=why):
                merge_conversations(one, into=into, actor=operator, is_confirmed=True)
        assert reread(chat).is_open

        whole = merge_conversations(chat, into=mail, actor=operator)
        assert whole.pk == mail.pk
        for one, into, why in (
            (chat, mail, "is merged into"),
            (mail, chat, "is merged into"),
            (mail, stranger, "Others were merged into"),
        ):
            with pytest.raises(NotMergeable, match=why):
                merge_conversations(reread(one), into=reread(into), actor=operator)
        with pytest.raises(MergedAway):
            send_message(reread(chat), text="Hi", actor=operator)
        add_note(reread(chat), text="Psst", actor=operator)
        assert texts(timeline.newest(reread(mail)))[-1] == ["ada 0", "Psst"]


def test_it_is_undone_with_all_that_came_with_it(workspace, two, operator):
    with scope(workspace):
        tag_conversation(two[0], name="bells", actor=None)
        close_conversation(two[1], actor=None)
        whole = merge_conversations(two[0], into=two[1], actor=operator)
        assert reread(whole).is_open

        undo(whole, seq=whole.last_seq, actor=operator)

        part, whole = reread(two[0]), reread(two[1])
        assert (part.status, part.merged_into, whole.status) == ("open", None, "closed")
        assert part.waiting_since == two[0].waiting_since
        assert not whole.tags.exists()
        assert texts(timeline.newest(whole)) == ["And my lamp"]
        assert kinds(whole)[-2:] == ["conversation.merged", "conversation.taken_apart"]
        assert kinds(part)[-2:] == ["conversation.merged_away", "conversation.taken_apart"]


def test_what_was_merged_twice_is_shown_once(workspace, merged, operator):
    part, whole = merged
    with scope(workspace):
        take_apart(part, actor=operator)
        merge_conversations(reread(part), into=reread(whole), actor=operator)

        assert texts(timeline.newest(reread(whole))) == ["And my lamp", ["My bell"]]


def test_reopening_it_takes_it_out(workspace, merged, operator):
    part, whole = merged
    with scope(workspace):
        assert reopen_conversation(part, actor=operator).merged_into_id is None
        assert texts(timeline.newest(reread(whole))) == ["And my lamp"]


def test_drafts_go_along(workspace, two, operator):
    with scope(workspace):
        for conversation, text in zip(two, ("Red", "Blue"), strict=True):
            save_draft(
                conversation, kind=DraftKind.REPLY, text=text, actor=operator, client_id=uuid4()
            )
        file = factories.make_upload(two[0], operator)
        merge_conversations(two[0], into=two[1], actor=operator)

        assert [(d.conversation_id, d.text) for d in Draft.objects.all()] == [
            (two[1].pk, "Red\n\nBlue")
        ]
        file.refresh_from_db()
        assert file.conversation_id == two[1].pk


def test_who_sees_the_whole_sees_the_part_and_nobody_else(workspace, merged, client):
    part, whole = merged
    ours, theirs = factories.make_team(workspace), factories.make_team(workspace)
    limited = factories.make_membership(workspace, teams=[ours], limited=True)
    client.force_login(limited.user)
    url = f"/{workspace.slug}/inbox/{part.number}/"
    assert client.get(url).status_code == 404
    with scope(workspace):
        move_conversation(whole, to=ours, actor=None)

    assert client.get(url).status_code == 200
    with scope(workspace):
        move_conversation(reread(whole), to=theirs, actor=None)
    assert client.get(url).status_code == 404


def test_two_who_merge_crosswise_at_once_make_one(workspace, two, operator, admin):
    def merge_back():
        with scope(workspace):
            merge_conversations(two[1], into=two[0], actor=admin)

    with scope(workspace):
        merge_conversations(two[0], into=two[1], actor=operator)
        second = run_into(merge_back)

    with pytest.raises(NotMergeable):
        second.result(20)
    assert reread(two[0]).merged_into_id == two[1].pk
    assert reread(two[1]).is_open


def test_a_timeline_asks_no_more_for_many_parts(workspace, bring, operator):
    whole, *parts = [bring(number, f"No. {number}") for number in range(1, 5)]
    with scope(workspace):
        merge_conversations(parts[0], into=whole, actor=operator)
        timeline.newest(reread(whole))
        with CaptureQueriesContext(connection) as one:
            timeline.newest(reread(whole))
        for part in parts[1:]:
            merge_conversations(part, into=reread(whole), actor=operator)
        with CaptureQueriesContext(connection) as three:
            page = timeline.newest(reread(whole))

    assert len(texts(page)) == 4
    assert len(three) == len(one)
