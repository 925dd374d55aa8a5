"""What happens next: the one table from recorded events to the work that follows them."""

from accounts.follow_ups import doorbell, follow_up
from inbox.enums import EventKind
from inbox.tasks import note_contact_heard, send_queued


def connect() -> None:
    follow_up(EventKind.MESSAGE_RECEIVED, note_contact_heard)

    doorbell(EventKind.MESSAGE_QUEUED, send_queued)
    doorbell(EventKind.MESSAGE_RETRIED, send_queued)
