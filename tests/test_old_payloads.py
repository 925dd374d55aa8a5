"""A release finds what the one before it left in the queue and in its rows."""

import inspect

from celery import current_app

# Every task that was ever rung for, with what goes along. A name leaves this table only when no
# installation can have it in its queue or its rows any more.
HERE = {"workspace_id": 1}
OWED = HERE | {"follow_up_ids": [1]}
RUNG = {
    "accounts.follow_ups.settle": OWED,
    "accounts.invitation_mail.mail_invitation": OWED,
    "accounts.letters.send_letter": HERE | {"letter_id": 1},
    "accounts.tasks.prove_worker": {},
    "accounts.tasks.revoke_tokens": OWED,
    "analytics.rating_mail.alert_of_bad_rating": OWED,
    "analytics.rating_mail.ask_for_rating": OWED,
    "analytics.tasks.record_facts": OWED,
    "analytics.tasks.recount_conversation": OWED,
    "analytics.tasks.roll_up": HERE,
    "inbox.mail_watch.tell_all_clear": OWED,
    "inbox.mail_watch.tell_of_alarm": OWED,
    "inbox.tasks.close_sockets": OWED,
    "inbox.tasks.hand_back_conversations": OWED,
    "inbox.tasks.ingest_delivery": HERE | {"delivery_id": 1},
    "inbox.tasks.note_contact_heard": OWED,
    "inbox.tasks.send_message": HERE | {"message_id": 1},
    "inbox.tasks.send_queued": HERE | {"event_id": 1},
    "inbox.tasks.show_availability": HERE | {"event_id": 1},
    "inbox.tasks.shrink_picture": HERE | {"attachment_id": 1},
    "routing.tasks.hand_back_unanswered": OWED,
    "routing.tasks.keep_promises": OWED,
    "routing.tasks.queue_conversation": OWED,
    "routing.tasks.route_waiting": HERE,
    "routing.tasks.run_rules": OWED,
}


def test_what_the_last_release_left_is_understood():
    for name, payload in RUNG.items():
        assert name in current_app.tasks, name
        inspect.signature(current_app.tasks[name].run).bind(**payload)

    ours = {name for name in current_app.tasks if not name.startswith("celery.")}
    assert {name for name in ours if not name.startswith("tests.")} == set(RUNG)
