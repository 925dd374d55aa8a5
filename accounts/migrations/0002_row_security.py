from django.db import migrations

from accounts.rls import CURRENT, GuardModel, app_role, open_door


def directory_policies() -> list[str]:
    """Anyone may read the directory of workspaces; only its own workspace may change a row."""
    table, role = "accounts_workspace", app_role()
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f'CREATE POLICY read_directory ON {table} FOR SELECT TO "{role}" USING (true)',
        f'CREATE POLICY found_workspace ON {table} FOR INSERT TO "{role}" WITH CHECK (true)',
        f'CREATE POLICY change_own ON {table} FOR UPDATE TO "{role}" '
        f"USING (id = {CURRENT}) WITH CHECK (id = {CURRENT})",
    ]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.RunSQL(
            directory_policies(),
            [
                "DROP POLICY read_directory ON accounts_workspace",
                "DROP POLICY found_workspace ON accounts_workspace",
                "DROP POLICY change_own ON accounts_workspace",
                "ALTER TABLE accounts_workspace DISABLE ROW LEVEL SECURITY",
            ],
        ),
        GuardModel("Membership"),
        GuardModel("Team"),
        GuardModel("TeamMembership"),
        GuardModel("Event"),
        GuardModel("FollowUp"),
        open_door(
            "workspaces_of_user",
            arguments="person bigint",
            returns="TABLE (workspace_id bigint)",
            body="SELECT workspace_id FROM accounts_membership WHERE user_id = person AND is_active",
        ),
        open_door(
            "claim_overdue_follow_ups",
            arguments="moment timestamptz, patience interval, most integer",
            returns="TABLE (workspace_id bigint, id bigint, task text)",
            body="""
                UPDATE accounts_followup AS owed
                SET due_at = moment + patience
                FROM (
                    SELECT overdue.id FROM accounts_followup AS overdue
                    WHERE overdue.due_at <= moment AND overdue.gave_up_at IS NULL
                    ORDER BY overdue.due_at LIMIT most FOR UPDATE SKIP LOCKED
                ) AS claimed
                WHERE owed.id = claimed.id
                RETURNING owed.workspace_id, owed.id, owed.task
            """,
        ),
    ]
