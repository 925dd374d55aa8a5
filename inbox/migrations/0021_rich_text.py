from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inbox", "0020_mail_grants")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="html",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="message",
            name="html",
            field=models.TextField(blank=True),
        ),
    ]
