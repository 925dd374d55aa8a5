from django.db import migrations

from accounts.rls import app_role


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_api_token_address")]

    operations = [
        # What happened, happened as it is written.
        migrations.RunSQL(
            f'REVOKE UPDATE ON accounts_event FROM "{app_role()}"',
            f'GRANT UPDATE ON accounts_event TO "{app_role()}"',
        ),
    ]
