from django.db import migrations

from accounts.rls import open_door

JOINED = """
    SELECT 'follow-ups', count(*), min(at),
        (SELECT count(*) FROM (SELECT FROM accounts_followup
            WHERE gave_up_at IS NOT NULL LIMIT most) AS given_up)
    FROM (SELECT event.at FROM (SELECT workspace_id, event_id FROM accounts_followup
            WHERE gave_up_at IS NULL ORDER BY due_at LIMIT most) AS owed
        JOIN accounts_event AS event
            ON event.workspace_id = owed.workspace_id AND event.id = owed.event_id) AS waiting
"""
# What PostgreSQL knows of so fleeting a table is never true: joined with it, all events there are were read.
APART = """
    SELECT 'follow-ups', count(*), min(at),
        (SELECT count(*) FROM (SELECT FROM accounts_followup
            WHERE gave_up_at IS NOT NULL LIMIT most) AS given_up)
    FROM (SELECT (SELECT event.at FROM accounts_event AS event
            WHERE event.workspace_id = owed.workspace_id AND event.id = owed.event_id)
        FROM (SELECT workspace_id, event_id FROM accounts_followup
            WHERE gave_up_at IS NULL ORDER BY due_at LIMIT most) AS owed) AS waiting
"""
OTHERS = """
    UNION ALL
    SELECT 'messages', count(*), min(send_at), 0
    FROM (SELECT send_at FROM inbox_message
        WHERE state = 'queued' AND send_at <= moment ORDER BY send_at LIMIT most) AS waiting
    UNION ALL
    SELECT 'deliveries', count(*), min(received_at),
        (SELECT count(*) FROM (SELECT FROM inbox_delivery
            WHERE state = 'unreadable' LIMIT most) AS unreadable)
    FROM (SELECT received_at FROM inbox_delivery
        WHERE state = 'waiting' ORDER BY due_at LIMIT most) AS waiting
    UNION ALL
    SELECT 'letters', count(*), min(send_at), 0
    FROM (SELECT send_at FROM accounts_letter
        WHERE state = 'queued' AND send_at <= moment ORDER BY send_at LIMIT most) AS waiting
"""


def door(follow_ups: str) -> migrations.RunSQL:
    return open_door(
        "work_in_hand",
        arguments="moment timestamptz, most integer",
        returns="TABLE (what text, waiting bigint, oldest timestamptz, stuck bigint)",
        body=follow_ups + OTHERS,
    )


class Migration(migrations.Migration):
    dependencies = [("inbox", "0033_put_aside")]

    operations = [
        migrations.RunSQL(door(JOINED).reverse_sql, door(JOINED).sql),
        door(APART),
    ]
