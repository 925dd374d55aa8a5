"""Mails for tests, written by hand."""

from datetime import UTC, datetime
from io import BytesIO

from accounts.models import FollowUp
from accounts.tenancy import scope
from inbox import storage
from inbox.actions.channels import create_mail_channel
from inbox.actions.mail_tests import new_mark
from inbox.actions.mailboxes import set_up_mailbox
from inbox.intake import take_in
from inbox.models import Delivery, MailGrant

ADDRESS = "support@acme.test"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def make_mail_channel(workspace, address=ADDRESS):
    with scope(workspace):
        return create_mail_channel(name=f"Mail to {address}", address=address, actor=None)


def make_known_mail_channel(workspace, ids):
    """Make one whose provider is known, and whose servers nobody may reach; much of it is put aside."""
    server = {"host": "127.0.0.1", "port": 465, "tls": "tls", "user": "help"}
    key = f"{workspace.pk}/access/unreadable"
    storage.save(key, BytesIO(b"?"))
    with scope(workspace):
        channel = create_mail_channel(
            name="Mail",
            address=f"{workspace.slug}@gmail.com",
            config={"imap": server, "smtp": server},
            actor=None,
        )
        set_up_mailbox(channel)
        MailGrant.objects.create(channel=channel, expires_at=NOW, renew_at=NOW, granted_at=NOW)
        spoilt = {"external_id": "spoilt", "raw_key": key, "raw_size": 1, "raw": b""}
        mail = Delivery.objects.create(channel=channel, state="unreadable", **spoilt)
        FollowUp.objects.update(gave_up_at=NOW)
        ids |= {"mark": new_mark(), "unreadable": mail.pk}
        return channel


def written(text="Hello", *, sender="Ada <ada@example.test>", to=ADDRESS, **headers):
    """Write a mail; ``message_id`` becomes ``Message-ID``, and a header that is None is left out."""
    said = {
        "from": sender,
        "to": to,
        "subject": "A bell",
        "message_id": "<1@example.test>",
    } | headers
    lines = [
        f"{'Message-ID' if name == 'message_id' else name.replace('_', '-')}: {value}"
        for name, value in said.items()
        if value is not None
    ]
    return ("\r\n".join(lines) + "\r\n\r\n" + text).encode()


def post(channel, raw, *, at=NOW):
    """Bring a mail, and return the message that it became."""
    delivery = take_in(channel.workspace, channel, raw, received_at=at)
    return delivery.message


def deliveries(channel):
    with scope(channel.workspace):
        return list(Delivery.objects.filter(channel=channel).order_by("pk"))
