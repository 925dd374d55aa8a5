import django.db.models.deletion
from django.db import migrations, models

import accounts.models.base
import accounts.tenancy
from accounts.rls import GuardModel, app_role, open_door

ROLES = [("super_admin", "Super admin"), ("admin", "Admin"), ("operator", "Operator")]


def workspace():
    return (
        "workspace",
        models.ForeignKey(
            db_index=False,
            default=accounts.tenancy.current_workspace,
            editable=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="+",
            to="accounts.workspace",
        ),
    )


def key():
    return (
        "id",
        models.BigAutoField(
            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
        ),
    )


def reference(to, related_name):
    return accounts.models.base.OwnedForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name=related_name,
        to=to,
    )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_row_security")]

    operations = [
        migrations.CreateModel(
            name="Invitation",
            fields=[
                key(),
                ("email", models.EmailField(max_length=254)),
                ("role", models.CharField(choices=ROLES, default="operator", max_length=16)),
                ("limited_to_teams", models.BooleanField(default=False)),
                (
                    "token_hash",
                    models.CharField(
                        blank=True, editable=False, max_length=64, null=True, unique=True
                    ),
                ),
                ("expires_at", models.DateTimeField()),
                ("mailed_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("invited_by", reference("accounts.membership", "+")),
                workspace(),
            ],
        ),
        migrations.CreateModel(
            name="InvitationTeam",
            fields=[
                key(),
                ("invitation", reference("accounts.invitation", "invited_teams")),
                ("team", reference("accounts.team", "+")),
                workspace(),
            ],
        ),
        migrations.AddField(
            "event", "address", models.GenericIPAddressField(blank=True, null=True)
        ),
        migrations.AddField("teammembership", "is_lead", models.BooleanField(default=False)),
        migrations.AddIndex(
            "event",
            models.Index(
                condition=models.Q(("seq", None)),
                fields=["workspace", "-id"],
                name="event_audited",
            ),
        ),
        migrations.AddConstraint(
            "invitation",
            models.UniqueConstraint(fields=("workspace", "email"), name="one_invitation_each"),
        ),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=models.Q(
                    ("role", "operator"), ("limited_to_teams", False), _connector="OR"
                ),
                name="only_invited_operators_are_limited",
            ),
        ),
        migrations.AddConstraint(
            "invitation",
            models.CheckConstraint(
                condition=models.Q(
                    ("token_hash", None),
                    ("token_hash__regex", "^[0-9a-f]{64}$"),
                    _connector="OR",
                ),
                name="token_is_hashed",
            ),
        ),
        migrations.AddConstraint(
            "invitationteam",
            models.UniqueConstraint(
                fields=("workspace", "invitation", "team"), name="invited_once_in_each_team"
            ),
        ),
        GuardModel("Invitation"),
        GuardModel("InvitationTeam"),
        open_door(
            "workspace_of_invitation",
            arguments="hash text",
            returns="TABLE (workspace_id bigint)",
            body="SELECT workspace_id FROM accounts_invitation WHERE token_hash = hash",
        ),
        # What happened, happened.
        migrations.RunSQL(
            f'REVOKE DELETE ON accounts_event FROM "{app_role()}"',
            f'GRANT DELETE ON accounts_event TO "{app_role()}"',
        ),
    ]
