"""THE table: what the clock runs, and every how many seconds."""

from accounts import heartbeats
from accounts.follow_ups import ring
from accounts.letters import forget_old_letters, send_due_letters
from accounts.tasks import (
    forget_ended_sessions,
    forget_idempotent_answers,
    prove_worker,
    sweep_follow_ups,
)
from analytics.tasks import roll_up_dirty_hours
from inbox.mail_watch import watch_mail
from inbox.tasks import (
    expire_presence,
    forget_old_deliveries,
    forget_uploads,
    forget_visitor_sessions,
    ingest_waiting_deliveries,
    send_due_messages,
    shrink_waiting_pictures,
    wake_snoozed_conversations,
)
from inbox.unread_mail import mail_unread_replies
from routing.tasks import hand_back_of_vanished, route_waiting_conversations, tell_clocks


def beat_clock() -> None:
    heartbeats.beat("clock")


def ring_worker() -> None:
    ring(prove_worker.name)


SWEEPERS = [
    (beat_clock, 10),
    (ring_worker, 10),
    (send_due_messages, 2),
    (ingest_waiting_deliveries, 5),
    (sweep_follow_ups, 5),
    (send_due_letters, 5),
    (mail_unread_replies, 5),
    (wake_snoozed_conversations, 5),
    (route_waiting_conversations, 5),
    (tell_clocks, 5),
    (shrink_waiting_pictures, 5),
    (expire_presence, 10),
    (hand_back_of_vanished, 10),
    (roll_up_dirty_hours, 5),
    (watch_mail, 15),
    (forget_visitor_sessions, 300),
    (forget_uploads, 300),
    (forget_old_deliveries, 3600),
    (forget_old_letters, 3600),
    (forget_idempotent_answers, 60),
    (forget_ended_sessions, 3600),
]
