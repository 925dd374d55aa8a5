"""A mail comes once, whatever ways bring it; another that claims its name is another."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from accounts.tenancy import scope
from inbox.enums import DeliveryState
from inbox.models import Conversation, Delivery, Mail, Message
from tests.mail.posting import deliveries, post, written


def test_the_same_mail_by_two_ways_is_one_message(mailbox):
    raw = written()

    ways = [post(mailbox, raw), post(mailbox, raw), post(mailbox, b"Received: by x\r\n" + raw)]

    assert len({message.pk for message in ways}) == 1
    with scope(mailbox.workspace):
        assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)


def test_one_mail_by_many_ways_at_once_is_one_message(mailbox):
    def bring(way):
        try:
            post(mailbox, f"Received: by {way}\r\n".encode() + written())
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(bring, range(6)))

    with scope(mailbox.workspace):
        assert (Message.objects.count(), Conversation.objects.count()) == (1, 1)
    assert {one.state for one in deliveries(mailbox)} == {DeliveryState.DONE}


def test_a_mail_that_was_read_otherwise_long_ago_is_one_message(mailbox):
    first = post(mailbox, written())
    with scope(mailbox.workspace):
        Delivery.objects.all().delete()
        Mail.objects.update(digest="as an older reader had it")

    again = post(mailbox, written())

    assert again.pk == first.pk
    assert [one.state for one in deliveries(mailbox)] == [DeliveryState.DONE]


def test_one_id_for_other_words_of_another_sender_is_flagged(mailbox):
    first = post(mailbox, written())
    second = post(mailbox, written("Something else", sender="Mallory <mallory@evil.test>"))

    assert second.conversation_id != first.conversation_id
    with scope(mailbox.workspace):
        assert "duplicate_id" in Mail.objects.get(message=second).problems
