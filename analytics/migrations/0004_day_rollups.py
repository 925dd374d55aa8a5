import accounts.tenancy
import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import GuardModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_rating_requests"),
        ("analytics", "0003_rating_refusal"),
    ]

    operations = [
        migrations.CreateModel(
            name="DayRollup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                ("day", models.DateField()),
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
                    models.UniqueConstraint(
                        fields=("workspace", "dimension", "day", "key", "measure"),
                        name="rollup_once_each_day",
                    )
                ],
            },
        ),
        GuardModel("DayRollup"),
    ]
