from django.db import migrations, models

from accounts.rls import open_door


class Migration(migrations.Migration):
    dependencies = [("inbox", "0008_mail")]

    operations = [
        migrations.AddField(
            model_name="delivery",
            name="envelope",
            field=models.JSONField(default=dict),
        ),
        open_door(
            "mail_channels_of",
            arguments="wanted text",
            returns="TABLE (workspace_id bigint, id bigint)",
            body="""
                SELECT workspace_id, id FROM inbox_channel
                WHERE kind = 'email' AND config ->> 'address' = wanted ORDER BY id
            """,
        ),
    ]
