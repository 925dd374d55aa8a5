"""Mails that nobody asked for: kept, out of sight, and without any consequence."""

import re

import pytest

from accounts.enums import Role
from accounts.models import Event, FollowUp, Membership
from accounts.tenancy import scope
from inbox.actions.blocking import (
    BadSender,
    block_contact,
    block_sender,
    names_of,
    unblock_sender,
)
from inbox.actions.undoing import undo
from inbox.models import BlockedSender, Delivery, Mail
from tests.factories import make_channel, make_conversation
from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_receiving import reread, sent_by_us

HTMX = {"HX-Request": "true"}


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


@pytest.mark.parametrize("said", ["Ada@Example.test", "example.test", "@EXAMPLE.test "])
def test_a_blocked_senders_mail_is_kept_among_the_spam(mailbox, conversation, said):
    sent_by_us(conversation)
    with scope(mailbox.workspace):
        FollowUp.objects.all().delete()
        block_sender(said, actor=None)

    answer = written("Me", message_id="<2@example.test>", in_reply_to="<ours@acme.test>")
    message = post(mailbox, answer)

    assert message.conversation_id != conversation.pk
    assert reread(message.conversation).is_spam
    with scope(mailbox.workspace):
        assert FollowUp.objects.count() == 0
        assert Mail.objects.get(message=message).problems[-1] == "blocked"
        assert Delivery.objects.get(message=message).raw_key
        unblock_sender(BlockedSender.objects.get(), actor=None)
    assert not reread(post(mailbox, written("Again", message_id="<3@x.test>")).conversation).is_spam


def test_a_domain_blocks_what_lies_below_it_and_nothing_beside_it():
    assert names_of("A@mail.evil.test") == ["a@mail.evil.test", "mail.evil.test", "evil.test"]


@pytest.mark.parametrize(
    "said", ["", "test", "a b", "a@", "[127.0.0.1]", "*.test", "x" * 300, "a@b@", "SUPPORT@acme.test", "acme.test"]
)  # fmt: skip
def test_what_cannot_be_blocked_is_refused(mailbox, said):
    with scope(mailbox.workspace), pytest.raises(BadSender):
        block_sender(said, actor=None)


def test_another_workspaces_list_blocks_nothing_here(mailbox, elsewhere):
    with scope(elsewhere):
        block_sender("example.test", actor=None)

    assert not reread(post(mailbox, written()).conversation).is_spam


def test_admins_block_and_let_in_again(client, workspace, admin):
    client.force_login(admin.user)
    url = f"/{workspace.slug}/settings/blocked/"

    assert client.post(url, {"sender": "evil.test"}).status_code == 302
    refused = client.post(url, {"sender": "evil"})
    assert (refused.status_code, "neither an address nor a domain" in refused.content.decode()) == (
        422,
        True,
    )
    assert "evil.test" in client.get(url).content.decode()
    with scope(workspace):
        blocked = BlockedSender.objects.get()
    client.post(f"{url}{blocked.pk}/removal/")
    assert "Nobody is blocked." in client.get(url).content.decode()


@pytest.mark.parametrize("was", ["open", "spam"])
def test_an_admin_blocks_from_the_conversation_and_thinks_again(
    client, workspace, admin, mailbox, was
):
    conversation = post(
        mailbox, written(**({"x_spam_flag": "YES"} if was == "spam" else {}))
    ).conversation
    client.force_login(admin.user)
    url = f"/{workspace.slug}/inbox/{conversation.number}/"

    said = client.post(f"{url}block/", headers=HTMX).content.decode()

    assert "Blocked ada@example.test." in said
    assert reread(conversation).is_spam
    assert "blocked <b>ada@example.test</b>" in client.get(url).content.decode()
    assert client.post(f"{url}block/").status_code == 409
    event = re.search(r'data-event="([^"]+)"', said)[1]
    client.post(f"/{workspace.slug}/inbox/several/undo/", {"event": event}, headers=HTMX)
    assert reread(conversation).is_spam == (was == "spam")
    with scope(workspace):
        assert not BlockedSender.objects.exists()
        named = Event.objects.filter(kind__startswith="sender.").order_by("pk")
        assert list(named.values_list("kind", "actor")) == [
            ("sender.blocked", admin.pk),
            ("sender.unblocked", admin.pk),
        ]


def test_who_lost_the_right_takes_back_the_spam_and_not_the_block(
    workspace, mailbox, admin, conversation
):
    with scope(workspace):
        blocked = block_contact(conversation, actor=admin)
        Membership.objects.filter(pk=admin.pk).update(role=Role.OPERATOR)
        undo(blocked, seq=blocked.last_seq, actor=Membership.objects.get(pk=admin.pk))

        assert BlockedSender.objects.exists()
    assert not reread(conversation).is_spam


def test_only_who_writes_mails_can_be_blocked_and_only_by_admins(
    client, workspace, admin, operator, mailbox
):
    chat = make_conversation(make_channel(workspace))
    mail = post(mailbox, written()).conversation
    client.force_login(admin.user)
    assert client.post(f"/{workspace.slug}/inbox/{chat.number}/block/").status_code == 422
    url = f"/{workspace.slug}/inbox/{mail.number}/"
    assert "Block this sender" in client.get(url).content.decode()

    client.force_login(operator.user)

    assert client.post(f"{url}block/").status_code == 403
    page = client.get(url, headers=HTMX).content.decode()
    assert "Block this sender" not in page
    assert not reread(chat).is_spam
    with scope(workspace):
        assert not BlockedSender.objects.exists()
