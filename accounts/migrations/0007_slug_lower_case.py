from django.db import migrations, models
from django.db.models.functions import Lower

# One that would meet another's stays: then the constraint says so, and a person decides.
LOWER = """
    UPDATE accounts_workspace AS here SET slug = lower(slug)
    WHERE slug <> lower(slug) AND NOT EXISTS (
        SELECT FROM accounts_workspace AS other
        WHERE lower(other.slug) = lower(here.slug) AND other.id <> here.id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_event_history")]

    operations = [
        migrations.RunSQL(LOWER, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "workspace",
            models.CheckConstraint(
                name="slug_is_lower_case", condition=models.Q(("slug", Lower("slug")))
            ),
        ),
    ]
