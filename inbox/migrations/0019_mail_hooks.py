import django.db.models.deletion
from django.db import migrations, models

import accounts.models.base
import accounts.tenancy
from accounts.rls import GuardModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_news"),
        ("inbox", "0018_forwards"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailHook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("taken_at", models.DateTimeField(blank=True, null=True)),
                ("refused_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.CharField(blank=True, max_length=300)),
                (
                    "channel",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="hooks",
                        to="inbox.channel",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        default=accounts.tenancy.current_workspace,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.workspace",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="mailhook",
            constraint=models.UniqueConstraint(
                fields=("workspace", "channel"), name="one_mail_hook_each"
            ),
        ),
        GuardModel("MailHook"),
    ]
