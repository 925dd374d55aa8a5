import django.db.models.deletion
from django.db import migrations, models

import accounts.models.base
import accounts.tenancy
from accounts.rls import GuardModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0016_news"),
        ("inbox", "0022_picture_senders"),
    ]

    operations = [
        migrations.CreateModel(
            name="MailName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=255)),
                (
                    "channel",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.channel",
                    ),
                ),
                (
                    "mail",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="inbox.mail",
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
            model_name="mailname",
            constraint=models.UniqueConstraint(
                fields=("workspace", "channel", "name"), name="mail_name_once"
            ),
        ),
        GuardModel("MailName"),
    ]
