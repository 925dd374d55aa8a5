"""The doors by which routing is set up."""

from accounts.permissions import Permission
from tests.access.rules import GET, POST, Door

TEAMS = Permission.MANAGE_TEAMS
ROUTING = "accounts_event accounts_followup routing_workspacerouting"
ROUTING_DOORS = [
    Door("settings/assignment/", TEAMS, GET(200), POST(302, ROUTING, body={"capacity": 3})),
]
