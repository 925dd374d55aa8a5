from django.db import migrations

from accounts.rls import GuardModel, open_door

GUARDED = [
    "Channel",
    "Contact",
    "ContactHandle",
    "VisitorSession",
    "Conversation",
    "ConversationCounter",
    "Tag",
    "ConversationTag",
    "Message",
    "Delivery",
]
DUE = {
    "arguments": "moment timestamptz, most integer",
    "returns": "TABLE (workspace_id bigint, id bigint)",
}


class Migration(migrations.Migration):
    dependencies = [("inbox", "0001_initial"), ("accounts", "0002_row_security")]

    operations = [
        *[GuardModel(name) for name in GUARDED],
        open_door(
            "workspace_of_channel",
            arguments="wanted text",
            returns="TABLE (workspace_id bigint)",
            body="SELECT workspace_id FROM inbox_channel WHERE key = wanted AND enabled",
        ),
        open_door(
            "conversations_to_wake",
            **DUE,
            body="""
                SELECT workspace_id, id FROM inbox_conversation
                WHERE status = 'snoozed' AND snoozed_until <= moment
                ORDER BY snoozed_until LIMIT most
            """,
        ),
        open_door(
            "messages_to_send",
            **DUE,
            body="""
                SELECT workspace_id, id FROM inbox_message AS due
                WHERE state = 'queued' AND send_at <= moment
                AND (leased_until IS NULL OR leased_until <= moment)
                AND NOT EXISTS (
                    SELECT FROM inbox_message AS earlier
                    WHERE earlier.workspace_id = due.workspace_id
                    AND earlier.conversation_id = due.conversation_id
                    AND earlier.seq < due.seq AND earlier.state = 'queued'
                    AND (earlier.send_at <= moment OR earlier.attempts > 0)
                )
                ORDER BY send_at LIMIT most
            """,
        ),
        open_door(
            "deliveries_to_ingest",
            **DUE,
            body="""
                SELECT workspace_id, id FROM inbox_delivery
                WHERE state = 'waiting' AND due_at <= moment
                ORDER BY due_at LIMIT most
            """,
        ),
        open_door(
            "deliveries_to_forget",
            **DUE,
            body="""
                SELECT workspace_id, id FROM inbox_delivery
                WHERE state = 'done' AND received_at <= moment LIMIT most
            """,
        ),
        open_door(
            "visitor_sessions_to_forget",
            **DUE,
            body="""
                SELECT workspace_id, id FROM inbox_visitorsession
                WHERE expires_at <= moment LIMIT most
            """,
        ),
    ]
