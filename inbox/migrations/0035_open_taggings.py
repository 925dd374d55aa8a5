from django.db import migrations, models

# A tagging knows whether its conversation is open, and in which team: of a million conversations few are.
# PostgreSQL itself sees to it, so that whatever opens, closes, hands on or tags need not think of it.
OF_CONVERSATION = """
    CREATE FUNCTION tagging_of_conversation() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Locked, since who closes it now cannot see this row yet.
        SELECT c.status = 'open', CASE WHEN c.status = 'open' THEN c.team_id END
        INTO NEW.is_open, NEW.open_in_team
        FROM inbox_conversation AS c
        WHERE c.workspace_id = NEW.workspace_id AND c.id = NEW.conversation_id FOR SHARE;
        NEW.is_open := coalesce(NEW.is_open, false);
        RETURN NEW;
    END $$
"""
OF_TAGGINGS = """
    CREATE FUNCTION conversation_tells_taggings() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE inbox_conversationtag
        SET is_open = NEW.status = 'open',
            open_in_team = CASE WHEN NEW.status = 'open' THEN NEW.team_id END
        WHERE workspace_id = NEW.workspace_id AND conversation_id = NEW.id;
        RETURN NULL;
    END $$
"""
ON_TAGGING = """
    CREATE TRIGGER tagging_of_conversation
    BEFORE INSERT OR UPDATE OF conversation_id ON inbox_conversationtag
    FOR EACH ROW EXECUTE FUNCTION tagging_of_conversation()
"""
ON_CONVERSATION = """
    CREATE TRIGGER conversation_tells_taggings
    AFTER UPDATE OF status, team_id ON inbox_conversation FOR EACH ROW
    WHEN ((OLD.status = 'open' OR NEW.status = 'open')
        AND (OLD.status <> NEW.status OR OLD.team_id IS DISTINCT FROM NEW.team_id))
    EXECUTE FUNCTION conversation_tells_taggings()
"""
TELL = """
    UPDATE inbox_conversationtag AS t SET is_open = true, open_in_team = c.team_id
    FROM inbox_conversation AS c
    WHERE c.status = 'open' AND t.workspace_id = c.workspace_id AND t.conversation_id = c.id
"""


class Migration(migrations.Migration):
    dependencies = [("inbox", "0034_work_in_hand_apart")]

    operations = [
        migrations.AddField(
            model_name="conversationtag",
            name="is_open",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="conversationtag",
            name="open_in_team",
            field=models.BigIntegerField(editable=False, null=True),
        ),
        migrations.RunSQL(OF_CONVERSATION, "DROP FUNCTION tagging_of_conversation()"),
        migrations.RunSQL(OF_TAGGINGS, "DROP FUNCTION conversation_tells_taggings()"),
        migrations.RunSQL(
            ON_TAGGING, "DROP TRIGGER tagging_of_conversation ON inbox_conversationtag"
        ),
        migrations.RunSQL(
            ON_CONVERSATION, "DROP TRIGGER conversation_tells_taggings ON inbox_conversation"
        ),
        migrations.RunSQL(TELL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="conversationtag",
            index=models.Index(
                condition=models.Q(("is_open", True)),
                fields=["workspace", "tag", "open_in_team"],
                name="tagged_and_open",
            ),
        ),
    ]
