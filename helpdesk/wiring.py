"""What happens next: the one table from recorded events to the work that follows them."""

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.contrib.auth import user_logged_in, user_logged_out

from accounts import browsers
from accounts.enums import EventKind as Happened
from accounts.follow_ups import doorbell, follow_up
from accounts.invitation_mail import mail_invitation
from accounts.letters import letter_writer
from accounts.tasks import revoke_tokens
from analytics import rating_mail
from analytics.tasks import record_facts, recount_conversation
from inbox import hours, mail_watch, owners, panels
from inbox.actions import unread
from inbox.enums import EventKind
from inbox.tasks import (
    close_sockets,
    hand_back_conversations,
    note_contact_heard,
    send_queued,
    show_availability,
)
from inbox.transcript_mail import KIND, write_transcript
from inbox.unread_mail import write_unread_replies
from routing.actions.doings import ALERT
from routing.facts import TRIGGERS
from routing.hours import back_at
from routing.ownership import is_kept
from routing.panels import promises_of
from routing.rule_mail import write_alert
from routing.tasks import (
    hand_back_unanswered,
    keep_promises,
    queue_conversation,
    run_rules,
)


def connect() -> None:
    letter_writer(KIND)(write_transcript)
    for kind, write in mail_watch.WRITERS.items():
        letter_writer(kind)(write)
    letter_writer(unread.KIND)(write_unread_replies)
    letter_writer(ALERT)(write_alert)
    hours.answered_by(back_at)
    owners.answered_by(is_kept)
    panels.shown_by(promises_of)

    follow_up(EventKind.MESSAGE_RECEIVED, note_contact_heard)
    # Before facts are recorded: what rules do to a new conversation is then counted with its opening.
    _connect_routing()

    for kind, write in rating_mail.WRITERS.items():
        letter_writer(kind)(write)
    follow_up(EventKind.CONVERSATION_CLOSED, rating_mail.ask_for_rating)
    follow_up(EventKind.CONVERSATION_RATED, rating_mail.alert_of_bad_rating)
    for counts in (
        *[EventKind.CONVERSATION_OPENED, EventKind.CONVERSATION_ASSIGNED, EventKind.MESSAGE_SENT],
        *[EventKind.CONVERSATION_CLOSED, EventKind.CONVERSATION_RATED],
    ):
        follow_up(counts, record_facts)
    for recounts in (
        *[EventKind.CONVERSATION_REOPENED, EventKind.CONVERSATION_SPAM_MARKED],
        EventKind.CONVERSATION_SPAM_CLEARED,
    ):
        follow_up(recounts, recount_conversation)

    follow_up(Happened.MEMBERSHIP_PAUSED, hand_back_unanswered)
    follow_up(Happened.MEMBERSHIP_CHANGED, close_sockets)
    follow_up(Happened.MEMBERSHIP_REMOVED, close_sockets, hand_back_conversations, revoke_tokens)
    follow_up(Happened.SIGN_IN_RULES_CHANGED, close_sockets)
    follow_up(Happened.TEAM_CHANGED, close_sockets)
    follow_up(Happened.TEAM_DELETED, close_sockets)
    follow_up(Happened.INVITATION_CREATED, mail_invitation)
    follow_up(Happened.INVITATION_RESENT, mail_invitation)

    follow_up(EventKind.CHANNEL_TROUBLED, mail_watch.tell_of_alarm)
    follow_up(EventKind.CHANNEL_RECOVERED, mail_watch.tell_all_clear)

    doorbell(Happened.MEMBERSHIP_PAUSED, show_availability)
    doorbell(Happened.MEMBERSHIP_RESUMED, show_availability)
    doorbell(EventKind.MESSAGE_QUEUED, send_queued)
    doorbell(EventKind.MESSAGE_RELEASED, send_queued)
    doorbell(EventKind.MESSAGE_RETRIED, send_queued)

    # A person's own, in no workspace, so that no event of one records them.
    user_logged_in.connect(browsers.came_in)
    user_logged_out.connect(browsers.went_out)
    for changed in (
        *[account.password_changed, account.password_set, account.password_reset],
        *[mfa.authenticator_added, mfa.authenticator_removed],
    ):
        changed.connect(browsers.proof_changed)


def _connect_routing() -> None:
    for sets_off in TRIGGERS:
        follow_up(sets_off, run_rules)
    for frees in (
        *[EventKind.CONVERSATION_MOVED, EventKind.CONVERSATION_UNASSIGNED],
        *[EventKind.CONVERSATION_REOPENED, EventKind.CONVERSATION_WOKEN],
        EventKind.CONVERSATION_SPAM_CLEARED,
    ):
        follow_up(frees, queue_conversation)
    for promises in (
        *[EventKind.MESSAGE_RECEIVED, EventKind.MESSAGE_SENT, EventKind.CONVERSATION_CLOSED],
        *[EventKind.CONVERSATION_REOPENED, EventKind.CONVERSATION_MOVED],
        EventKind.CONVERSATION_PRIORITIZED,
        *[EventKind.CONVERSATION_SPAM_MARKED, EventKind.CONVERSATION_SPAM_CLEARED],
    ):
        follow_up(promises, keep_promises)
