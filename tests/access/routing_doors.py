"""The doors by which routing is set up."""

from accounts.permissions import Permission
from tests.access.rules import GET, POST, Door

TEAMS, RULES = Permission.MANAGE_TEAMS, Permission.MANAGE_RULES
POLICY = "accounts_event accounts_followup routing_slapolicy routing_slaclock"
PROMISE = {"name": "New", "first_response": "30m", "priority": "3"}
ROUTING = "accounts_event accounts_followup routing_workspacerouting"
HOURS = ROUTING + " routing_workinghours"
OFFICE = {"zone": "UTC", "day-0": "9-17"}
ROUTING_DOORS = [
    Door("settings/assignment/", TEAMS, GET(200), POST(302, ROUTING, body={"capacity": 3})),
    Door("settings/hours/", TEAMS, GET(200), POST(302, HOURS, body=OFFICE)),
    Door("settings/hours/<int:pk>/", TEAMS, GET(200), POST(302, HOURS, body=OFFICE), pk="team"),
    Door("settings/promises/", RULES, GET(200), POST(302, POLICY, body=PROMISE)),
    Door(
        "settings/promises/<int:pk>/", RULES, GET(200), POST(302, POLICY, body=PROMISE), pk="policy"
    ),
    Door("settings/promises/<int:pk>/removal/", RULES, POST(302, POLICY), pk="policy"),
]
