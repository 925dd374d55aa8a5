"""The doors of reports: one line each, as in doors.py."""

from accounts.permissions import Permission
from analytics.enums import Criterion
from tests.access.rules import GET, POST, Door

NUMBERS = Permission.SEE_STATISTICS
RULES = "accounts_event accounts_followup accounts_workspace"
REVIEW = "analytics_qualityreview"
GIVEN = REVIEW + " accounts_event accounts_followup"
DRAWN = "analytics_qualitysample analytics_sampledconversation"
MARKS = {one.value: "yes" for one in Criterion}
ONE = "quality/<int:pk>/"

REPORT_DOORS = [
    Door("reports/", NUMBERS, GET(200)),
    Door("reports/conversations/", NUMBERS, GET(200)),
    Door("reports/export/", NUMBERS, GET(200)),
    Door("reports/rules/", NUMBERS, POST(302, RULES, body={"own_numbers": "on"})),
    Door("quality/", NUMBERS, GET(200), POST(302, DRAWN, body={"each": 2})),
    Door("quality/own/", NUMBERS, GET(200)),
    Door(ONE, NUMBERS, GET(200), pk="sampled"),
    Door(ONE, NUMBERS, GET(200), pk="reviewed"),
    Door(f"{ONE}draft/", NUMBERS, POST(302, REVIEW, fragment=200, body=MARKS), pk="sampled"),
    Door(f"{ONE}review/", NUMBERS, POST(302, GIVEN, body=MARKS), pk="sampled"),
    Door(f"{ONE}withdrawal/", NUMBERS, POST(302, GIVEN), pk="reviewed"),
]
