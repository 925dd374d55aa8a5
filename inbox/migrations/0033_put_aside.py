from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.rls import open_door

# Numbers and times only. What has failed lately is looked at as long as somebody may still do something.
PUT_ASIDE = """
    SELECT 'follow-ups', count(*), min(at) FROM (
        SELECT gave_up_at AS at FROM accounts_followup WHERE gave_up_at IS NOT NULL LIMIT most) AS given_up
    UNION ALL
    SELECT 'deliveries', count(*), min(at) FROM (
        SELECT received_at AS at FROM inbox_delivery WHERE state = 'unreadable' LIMIT most) AS unreadable
    UNION ALL
    SELECT 'messages', count(*), min(at) FROM (
        SELECT message.send_at AS at FROM inbox_message AS message
        JOIN inbox_conversation AS conversation ON conversation.workspace_id = message.workspace_id
            AND conversation.id = message.conversation_id AND conversation.status <> 'closed'
        WHERE message.state IN ('failed', 'unknown') AND message.send_at >= since LIMIT most) AS failed
    UNION ALL
    SELECT 'letters', count(*), min(at) FROM (
        SELECT created_at AS at FROM accounts_letter
        WHERE state = 'failed' AND created_at >= since LIMIT most) AS failed
"""


class Migration(migrations.Migration):
    atomic = False  # the index is made while replies are written

    dependencies = [
        ("accounts", "0019_deaths_of_senders"),
        ("inbox", "0032_deaths_of_senders"),
    ]

    operations = [
        # Half made by a run that gave way to others: what is made concurrently is not taken back.
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS message_failed", migrations.RunSQL.noop
        ),
        AddIndexConcurrently(
            "message",
            models.Index(
                fields=["send_at"],
                condition=models.Q(state__in=["failed", "unknown"]),
                name="message_failed",
            ),
        ),
        open_door(
            "work_put_aside",
            arguments="since timestamptz, most integer",
            returns="TABLE (what text, many bigint, oldest timestamptz)",
            body=PUT_ASIDE,
        ),
    ]
