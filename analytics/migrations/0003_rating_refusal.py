import accounts.tenancy
import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import GuardModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_rating_requests"),
        ("analytics", "0002_quality_reviews"),
    ]

    operations = [
        migrations.CreateModel(
            name="RatingRefusal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254)),
                ("since", models.DateTimeField()),
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
                        fields=("workspace", "email"), name="refusal_of_address"
                    )
                ],
            },
        ),
        GuardModel("RatingRefusal"),
    ]
