from django.db import migrations, models

from accounts.rls import open_door

TO_SEND = """
    SELECT workspace_id, id FROM inbox_message AS due
    WHERE state = 'queued' AND send_at <= moment
    AND (leased_until IS NULL OR leased_until <= moment)
    AND NOT EXISTS (
        SELECT FROM inbox_message AS earlier
        WHERE earlier.workspace_id = due.workspace_id
        AND earlier.conversation_id = due.conversation_id
        AND earlier.seq < due.seq AND earlier.state = 'queued' {}
        AND (earlier.send_at <= moment OR earlier.attempts > 0)
    )
    ORDER BY send_at LIMIT most
"""


def door(only: str) -> migrations.RunSQL:
    return open_door(
        "messages_to_send",
        arguments="moment timestamptz, most integer",
        returns="TABLE (workspace_id bigint, id bigint)",
        body=TO_SEND.format(only),
    )


class Migration(migrations.Migration):
    dependencies = [("inbox", "0011_spam")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="recipients",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AlterField(
            model_name="message",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Sending"),
                    ("sent", "Sent"),
                    ("delivered", "Delivered"),
                    ("read", "Seen"),
                    ("failed", "Not sent"),
                    ("unknown", "May have been sent"),
                    ("held", "On hold"),
                    ("withdrawn", "Taken back"),
                ],
                default="sent",
                max_length=9,
            ),
        ),
        # A mail that some of its readers still wait for holds up nothing.
        migrations.RunSQL(door("").reverse_sql, door("").sql),
        door("AND earlier.sent_at IS NULL"),
    ]
