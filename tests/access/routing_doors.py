"""The doors by which routing is set up, and by which people say what it looks at."""

from accounts.permissions import Permission
from tests.access.rules import CONVERSATION, DELETE, GET, POST, Door

TEAMS, RULES = Permission.MANAGE_TEAMS, Permission.MANAGE_RULES
POLICY = "accounts_event accounts_followup routing_slapolicy routing_slaclock"
PROMISE = {"name": "New", "first_response": "30m", "priority": "3"}
ROUTING = "accounts_event accounts_followup routing_workspacerouting"
RULE = ROUTING + " routing_rule routing_rulerun"
NEW_RULE = {"name": "New", "triggers": "opened", "a0.what": "tag", "a0.values": "late"}
HOURS = ROUTING + " routing_workinghours"
OFFICE = {"zone": "UTC", "day-0": "9-17"}
ONE = "inbox/<int:number>/"
STATE = "accounts_event accounts_followup inbox_conversation"
CONTACT = "accounts_event accounts_followup inbox_contact"
ROUTING_DOORS = [
    Door(f"{ONE}priority/", CONVERSATION, POST(302, STATE, fragment=200, body={"priority": 3})),
    Door(
        f"{ONE}vip/",
        CONVERSATION,
        POST(302, CONTACT, fragment=200),
        DELETE(302, CONTACT, fragment=200, of={"number": "closed"}),
    ),
    Door("settings/assignment/", TEAMS, GET(200), POST(302, ROUTING, body={"capacity": 3})),
    Door("settings/hours/", TEAMS, GET(200), POST(302, HOURS, body=OFFICE)),
    Door("settings/hours/<int:pk>/", TEAMS, GET(200), POST(302, HOURS, body=OFFICE), pk="team"),
    Door("settings/rules/", RULES, GET(200), POST(302, RULE, body=NEW_RULE)),
    Door("settings/rules/trial/", RULES, POST(200, fragment=200, body=NEW_RULE)),
    Door("settings/rules/<int:pk>/", RULES, GET(200), POST(302, RULE, body=NEW_RULE), pk="rule"),
    Door("settings/rules/<int:pk>/place/", RULES, POST(302, RULE), pk="rule"),
    Door("settings/rules/<int:pk>/removal/", RULES, POST(302, RULE), pk="rule"),
    Door("settings/promises/", RULES, GET(200), POST(302, POLICY, body=PROMISE)),
    Door(
        "settings/promises/<int:pk>/", RULES, GET(200), POST(302, POLICY, body=PROMISE), pk="policy"
    ),
    Door("settings/promises/<int:pk>/removal/", RULES, POST(302, POLICY), pk="policy"),
]
