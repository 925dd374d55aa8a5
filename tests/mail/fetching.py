"""Mailboxes on a real mail server, for tests."""

import threading
from contextlib import contextmanager
from datetime import timedelta
from itertools import count

from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions import mailboxes
from inbox.connectors.mail.imap import opened
from inbox.fetching.fetcher import Fetcher
from inbox.fetching.reader import Reader
from inbox.mail_server import mailbox_of
from inbox.models import Conversation, Mailbox, Message
from tests.mail.posting import make_mail_channel, written
from tests.support.dovecot import PASSWORD

serial = count(1)


def make_mailbox(workspace, dovecot, *, address=None, begins=True, server=None, **options):
    """Connect a mailbox of its own; unless told otherwise its first look has been taken."""
    user = f"box{next(serial)}"
    dovecot.folder(user)
    channel = make_mail_channel(workspace, address or f"{user}@acme.test")
    with scope(workspace):
        channel.config["imap"] = server or dovecot.settings(user)
        channel.config["imap"]["user"] = user
        channel.secrets = {"imap": PASSWORD}
        channel.save(update_fields=["config", "secrets"])
        mailbox = mailboxes.set_up_mailbox(channel, **options)
    if begins:
        fetch(mailbox)
    return mailbox


def user_of(mailbox):
    return mailbox.channel.config["imap"]["user"]


def fetch(mailbox, during=lambda reader: None):
    """Look into a mailbox once, from the first row to the last."""
    workspace = mailbox.workspace
    with scope(workspace):
        Mailbox.objects.filter(pk=mailbox.pk).update(
            next_try_at=timezone.now(), lease=None, leased_until=None
        )
        mine = mailboxes.claim_mailbox(mailbox.pk)
    with opened(mailbox_of(mine.channel)) as session:
        reader = Reader(workspace, mine, session)
        during(reader)
        reader.read_leftovers()
        reader.read()
    with scope(workspace):
        mailboxes.release_mailbox(mine, again_in=timedelta(0))
    return mine


@contextmanager
def fetcher():
    """Run what the program runs, on a thread, and end it."""
    made = Fetcher()
    thread = threading.Thread(target=made.run)
    thread.start()
    try:
        yield made
    finally:
        made.stop()
        thread.join(60)
        assert not thread.is_alive()


def numbered(number, text="Hello", **headers):
    """Write a mail that is one of many, and from somebody of its own."""
    sender = headers.pop("sender", f"person{number}@example.test")
    name = headers.pop("message_id", f"<{number}@example.test>")
    return written(f"{text} {number}", sender=sender, message_id=name, **headers)


def texts(mailbox):
    """Return the texts that are here, in the order in which they came."""
    with scope(mailbox.workspace):
        said = Message.objects.filter(channel=mailbox.channel_id).order_by("pk")
        return list(said.values_list("text", flat=True))


def conversations(mailbox):
    with scope(mailbox.workspace):
        return list(Conversation.objects.filter(channel=mailbox.channel_id).order_by("pk"))


def reread(mailbox):
    with scope(mailbox.workspace):
        return Mailbox.objects.select_related("channel").get(pk=mailbox.pk)
