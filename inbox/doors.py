"""Questions about conversations that are asked before any workspace is known."""

import re
from datetime import UTC, datetime

from accounts.rls import call_door

Due = list[tuple[int, int]]

KEY = re.compile(r"[A-Za-z0-9_-]{1,43}")  # anything else is no channel's; PostgreSQL refuses NUL


def workspace_of_channel(key: str) -> int | None:
    """Return the id of the workspace whose enabled channel has this key."""
    found = call_door("workspace_of_channel", key) if KEY.fullmatch(key) else []
    return found[0][0] if found else None


def mail_channels_of(address: str) -> Due:
    """Return workspace and channel ids of the channels that have a mail address."""
    return [(row[0], row[1]) for row in call_door("mail_channels_of", address.lower())]


def conversations_to_wake(now: datetime, most: int) -> Due:
    """Return workspace and conversation ids of snoozes that are over."""
    return _due("conversations_to_wake", now, most)


def conversations_to_mail(now: datetime, most: int) -> Due:
    """Return workspace and conversation ids of chats whose unread replies may have to be mailed."""
    return _due("conversations_to_mail", now, most)


def messages_to_send(now: datetime, most: int) -> Due:
    """Return workspace and message ids of queued messages whose time has come."""
    return _due("messages_to_send", now, most)


def deliveries_to_ingest(now: datetime, most: int) -> Due:
    """Return workspace and delivery ids of what has waited in the ledger."""
    return _due("deliveries_to_ingest", now, most)


def mailboxes_to_fetch(now: datetime, most: int) -> Due:
    """Return workspace and mailbox ids of those to look into that nobody fetches now."""
    return _due("mailboxes_to_fetch", now, most)


def is_mail_fetched() -> bool:
    """Tell whether there is a mailbox to look into, now or later."""
    return bool(mailboxes_to_fetch(datetime.max.replace(tzinfo=UTC), 1))


def mail_channels_to_check(before: datetime, most: int) -> Due:
    """Return workspace and channel ids where mail has stood still since before a moment, or did."""
    return _due("mail_channels_to_check", before, most)


def deliveries_to_forget(before: datetime, most: int) -> Due:
    """Return workspace and delivery ids of what was ingested before a moment."""
    return _due("deliveries_to_forget", before, most)


def visitor_sessions_to_forget(now: datetime, most: int) -> Due:
    """Return workspace and session ids of identities that have run out."""
    return _due("visitor_sessions_to_forget", now, most)


def attachments_to_forget(before: datetime, most: int) -> Due:
    """Return workspace and attachment ids of what nobody has sent since, or will send."""
    return _due("attachments_to_forget", before, most)


def attachments_to_shrink(now: datetime, most: int) -> Due:
    """Return workspace and attachment ids of pictures that wait for a small one."""
    return _due("attachments_to_shrink", now, most)


def _due(door: str, now: datetime, most: int) -> Due:
    return [(row[0], row[1]) for row in call_door(door, now, most)]
