import accounts.models.base
import accounts.tenancy
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.rls import GuardModel


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_rating_requests"),
        ("analytics", "0001_facts"),
        ("inbox", "0026_promises"),
    ]

    operations = [
        migrations.CreateModel(
            name="QualitySample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("first", models.DateField()),
                ("last", models.DateField()),
                (
                    "each",
                    models.PositiveSmallIntegerField(
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(10),
                        ]
                    ),
                ),
                ("seed", models.BigIntegerField()),
                ("of", models.PositiveIntegerField()),
                ("drawn_at", models.DateTimeField()),
                (
                    "drawn_by",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.membership",
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
        migrations.CreateModel(
            name="SampledConversation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
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
                    "operator",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.membership",
                    ),
                ),
                (
                    "sample",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="analytics.qualitysample",
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
        migrations.CreateModel(
            name="QualityReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("marks", models.JSONField(default=dict)),
                ("reasons", models.JSONField(default=dict)),
                ("note", models.TextField(blank=True)),
                ("score", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("given_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reviewer",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.membership",
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
                (
                    "item",
                    accounts.models.base.OwnedForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reviews",
                        to="analytics.sampledconversation",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="qualitysample",
            index=models.Index(fields=["workspace", "-id"], name="sample_newest"),
        ),
        migrations.AddConstraint(
            model_name="sampledconversation",
            constraint=models.UniqueConstraint(
                fields=("workspace", "sample", "conversation"), name="sampled_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="sampledconversation",
            constraint=models.UniqueConstraint(
                fields=("workspace", "sample", "place"), name="sampled_place"
            ),
        ),
        migrations.AddIndex(
            model_name="qualityreview",
            index=models.Index(
                condition=models.Q(("given_at__isnull", False)),
                fields=["workspace", "given_at"],
                name="review_given",
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityreview",
            constraint=models.UniqueConstraint(
                fields=("workspace", "item", "reviewer"), name="one_review_each"
            ),
        ),
        migrations.AddConstraint(
            model_name="qualityreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_at__isnull", False), ("score", None), _connector="OR"),
                name="only_given_reviews_have_a_score",
            ),
        ),
        GuardModel("QualitySample"),
        GuardModel("SampledConversation"),
        GuardModel("QualityReview"),
    ]
