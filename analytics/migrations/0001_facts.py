import accounts.models.base
import accounts.tenancy
import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import GuardModel, open_door


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0016_news"),
        ("inbox", "0023_mail_names"),
    ]

    operations = [
        migrations.CreateModel(
            name="DirtyHour",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                ("marked_at", models.DateTimeField()),
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
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "hour"), name="dirty_hour_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Fact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "New conversation"),
                            ("first_response", "First response"),
                            ("response", "Response"),
                            ("resolution", "Resolution"),
                            ("reopened", "Reopened"),
                            ("rated", "Rating"),
                            ("assigned", "Assignment"),
                        ],
                        max_length=16,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("hour", models.DateTimeField()),
                ("channel_id", models.BigIntegerField()),
                ("team_id", models.BigIntegerField(blank=True, null=True)),
                ("operator_id", models.BigIntegerField(blank=True, null=True)),
                ("since", models.DateTimeField(blank=True, null=True)),
                ("seconds", models.FloatField(blank=True, null=True)),
                ("business_seconds", models.FloatField(blank=True, null=True)),
                ("value", models.CharField(blank=True, max_length=9)),
                (
                    "conversation",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="inbox.conversation",
                    ),
                ),
                (
                    "event",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.event",
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
            options={
                "indexes": [
                    models.Index(fields=["workspace", "kind", "at"], name="fact_of_kind"),
                    models.Index(fields=["workspace", "hour"], name="fact_in_hour"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "event", "kind"), name="fact_once_each_event"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Rollup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("hour", models.DateTimeField()),
                (
                    "dimension",
                    models.CharField(
                        choices=[
                            ("all", "Everything"),
                            ("channel", "Channel"),
                            ("team", "Team"),
                            ("operator", "Operator"),
                        ],
                        max_length=8,
                    ),
                ),
                ("key", models.BigIntegerField(default=0)),
                ("measure", models.CharField(max_length=24)),
                ("count", models.PositiveIntegerField()),
                ("seconds", models.JSONField(default=dict)),
                ("business", models.JSONField(default=dict)),
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
            options={
                "indexes": [models.Index(fields=["workspace", "hour"], name="rollup_in_hour")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "dimension", "hour", "key", "measure"),
                        name="rollup_once_each_hour",
                    )
                ],
            },
        ),
        GuardModel("Fact"),
        GuardModel("Rollup"),
        GuardModel("DirtyHour"),
        open_door(
            "workspaces_to_roll_up",
            arguments="most integer",
            returns="TABLE(workspace_id bigint)",
            body="SELECT DISTINCT hour.workspace_id FROM analytics_dirtyhour hour LIMIT most",
        ),
    ]
