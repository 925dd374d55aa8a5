from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_second_factor_required")]

    operations = [
        migrations.RenameField("membership", "after_answering", "after_closing"),
        migrations.AlterField(
            model_name="membership",
            name="after_closing",
            field=models.CharField(
                choices=[
                    ("stay", "Stay in the conversation"),
                    ("next", "Go to the next one"),
                    ("list", "Go back to the list"),
                ],
                default="next",
                max_length=4,
            ),
        ),
        migrations.AddField(
            model_name="membership",
            name="goes_on_after_sending",
            field=models.BooleanField(default=False),
        ),
        # Until now everybody stayed, and nobody had chosen to.
        migrations.RunSQL(
            "UPDATE accounts_membership SET after_closing = 'next'", migrations.RunSQL.noop
        ),
    ]
