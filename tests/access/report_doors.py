"""The doors of reports: one line each, as in doors.py."""

from accounts.permissions import Permission
from tests.access.rules import GET, POST, Door

NUMBERS = Permission.SEE_STATISTICS
RULES = "accounts_event accounts_followup accounts_workspace"

REPORT_DOORS = [
    Door("reports/", NUMBERS, GET(200)),
    Door("reports/conversations/", NUMBERS, GET(200)),
    Door("reports/export/", NUMBERS, GET(200)),
    Door("reports/rules/", NUMBERS, POST(302, RULES, body={"own_numbers": "on"})),
]
