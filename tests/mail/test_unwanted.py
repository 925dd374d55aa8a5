"""Mails that nobody asked for: kept, out of sight, and without any consequence."""

import pytest

from accounts.models import FollowUp
from accounts.tenancy import scope
from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_receiving import reread, sent_by_us


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written()).conversation


def test_spam_is_kept_out_of_sight_and_nothing_follows(mailbox):
    message = post(mailbox, written(x_spam_flag="YES"))

    conversation = reread(message.conversation)
    assert (conversation.is_spam, conversation.is_closed) == (True, True)
    assert conversation.waiting_since is None
    with scope(mailbox.workspace):
        assert FollowUp.objects.count() == 0


def test_a_filter_does_not_hide_who_takes_part(mailbox, conversation):
    sent_by_us(conversation)

    answer = written(
        "Thanks", message_id="<2@example.test>", in_reply_to="<ours@acme.test>", x_spam_flag="YES"
    )
    message = post(mailbox, answer)

    assert message.conversation_id == conversation.pk
    assert (reread(conversation).is_spam, reread(conversation).is_open) == (False, True)
