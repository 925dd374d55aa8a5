"""
Every door of the product: one line each, with what it needs and an example of each method.

What each person is answered follows from ``accounts/permissions.py`` and the words in
``rules.py``; docs/howto/add-a-door.md says how to add a line.
"""

from datetime import timedelta

from django.utils import timezone

from accounts.permissions import Permission
from tests.access.channel_doors import CHANNEL_DOORS
from tests.access.knowledge_doors import HELP_DOORS, KNOWLEDGE_DOORS
from tests.access.mail_doors import MAIL_DOORS
from tests.access.report_doors import REPORT_DOORS
from tests.access.routing_doors import ROUTING_DOORS
from tests.access.rules import (
    CONVERSATION,
    DELETE,
    GET,
    GUEST,
    MEMBER,
    PATCH,
    POST,
    PUBLIC,
    PUT,
    SIGNED_IN,
    Door,
)
from tests.factories import PASSWORD

ANSWER, AUDIT, TEAMS = Permission.ANSWER, Permission.MANAGE_SECURITY, Permission.MANAGE_TEAMS
OPERATORS, ADMINS = Permission.MANAGE_OPERATORS, Permission.MANAGE_ADMINS

# The tables that a call may change.
EVENT = "accounts_event accounts_followup "
STATE = EVENT + "inbox_conversation"
WRITTEN = STATE + " inbox_message"
READ = STATE + " inbox_readmark"
MOVED = STATE + " inbox_conversationtag"  # taggings know whether it is open, and in which team
JUDGED = MOVED + " inbox_message"
TAGGED = MOVED + " inbox_tag"
PEOPLE = EVENT + "accounts_membership accounts_teammembership"
REMOVED = PEOPLE + " accounts_invitation inbox_conversation"
INVITED = EVENT + "accounts_invitation accounts_invitationteam"
TEAM = EVENT + "accounts_team accounts_teammembership"
DISSOLVED = TEAM + " inbox_conversation inbox_conversationtag inbox_channel accounts_invitationteam"
FILE = "inbox_attachment"
TOKEN = EVENT + "accounts_apitoken"
HABITS = "accounts_membership"
USER = "accounts_user account_emailaddress"

WORDS = {"text": "Hi"}
CLIENT_ID = "6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e77"
DRAFT = WORDS | {"kind": "reply", "client_id": CLIENT_ID, "seen_seq": 0, "version": 0}
HURRY = {"undo_seconds": "0"}
VIP = {"name": "new"}
TOMORROW = {"until": "tomorrow"}
LATER = {"until": (timezone.now() + timedelta(days=1)).isoformat()}
ONE = "inbox/<int:number>/"
INVITED_ONE = "settings/team/invitations/<int:pk>/"
MEMBER_ONE = "settings/team/members/<int:pk>/"
GUESTS = [(OPERATORS, "invitation"), (ADMINS, "invited_admin")]
STAFF = [(OPERATORS, "colleague"), (ADMINS, "other_admin"), (ADMINS, "other_super_admin")]
OPERATOR = {"role": "operator", "teams": ["{team}"]}
INVITATION = OPERATOR | {"emails": "new@acme.test"}
NEW_KEY = {"name": "screen.close", "keys": "w"}
NEW_TEAM = {"name": "Night shift", "members": ["{colleague}"]}
NEW_TOKEN = {"name": "New", "scope": "read", "days": 30}
ALL = (GET, POST, PUT, PATCH, DELETE)

# Inside a workspace. Whoever does not work there gets 404, the anonymous sign in first.
WORKSPACE = [
    Door("", MEMBER, *[method(302) for method in ALL]),
    Door("inbox/", ANSWER, GET(200)),
    Door("inbox/", ANSWER, GET(200, query="?view=closed"), view="closed"),
    Door("inbox/counts/", ANSWER, GET(200)),
    Door("inbox/drafts/", ANSWER, GET(200)),
    *[
        Door(
            f"inbox/several/{what}/",
            ANSWER,
            POST(302, changes, fragment=200, body={"number": "{open}"} | said),
        )
        for what, changes, said in (
            ("assignment", STATE, {"assignee": "{colleague}"}),
            ("closure", MOVED, {}),
            ("snooze", MOVED, TOMORROW),
            ("spam", JUDGED, {}),
            ("tags", TAGGED, VIP),
            ("read", READ, {}),
        )
    ],
    Door("inbox/several/undo/", ANSWER, POST(302, fragment=200, body={"event": "1:1"})),
    Door("availability/", MEMBER, POST(302, PEOPLE, fragment=200, body={"away": "1"})),
    Door("inbox/palette/", ANSWER, GET(200)),
    Door("inbox/finding/", ANSWER, GET(200, query="?q=ada")),
    Door(ONE, CONVERSATION, GET(200)),
    Door(ONE, CONVERSATION, GET(200), number="closed"),
    Door(f"{ONE}timeline/", CONVERSATION, GET(200)),
    Door(f"{ONE}timeline/", CONVERSATION, GET(200, query="?after=1"), what="missed"),
    Door(f"{ONE}card/", CONVERSATION, GET(200)),
    Door(f"{ONE}messages/", CONVERSATION, POST(302, WRITTEN, fragment=200, body=WORDS)),
    Door(
        f"{ONE}messages/<int:pk>/retry/",
        CONVERSATION,
        POST(302, WRITTEN, fragment=204),
        pk="failed",
    ),
    Door(
        f"{ONE}messages/<int:pk>/withdrawal/",
        CONVERSATION,
        POST(302, WRITTEN + " inbox_draft", fragment=204),
        pk="later",
    ),
    Door(
        f"{ONE}messages/<int:pk>/release/",
        CONVERSATION,
        POST(302, WRITTEN, fragment=204),
        pk="later",
    ),
    Door(f"{ONE}notes/", CONVERSATION, POST(302, WRITTEN, fragment=204, body=WORDS)),
    Door(
        f"{ONE}assignment/",
        CONVERSATION,
        POST(302, STATE, fragment=200, body={"assignee": "{colleague}"}),
        DELETE(302, STATE, fragment=200),
    ),
    *[
        Door(
            f"{ONE}{what}/",
            CONVERSATION,
            POST(302, JUDGED, fragment=200),
            DELETE(302, MOVED, fragment=200, of={"number": number}),
        )
        for what, number in (("closure", "closed"), ("spam", "spam"))
    ],
    Door(
        f"{ONE}snooze/",
        CONVERSATION,
        POST(302, MOVED, fragment=200, body=TOMORROW),
        DELETE(302, MOVED, fragment=200, of={"number": "snoozed"}),
    ),
    Door(f"{ONE}tags/", CONVERSATION, POST(302, TAGGED, fragment=200, body=VIP)),
    Door(
        f"{ONE}tags/<int:pk>/",
        CONVERSATION,
        POST(302, TAGGED, fragment=200),
        DELETE(302, TAGGED, fragment=200),
        pk="tag",
    ),
    Door(f"{ONE}drafts/", CONVERSATION, GET(200), POST(200, "inbox_draft", body=DRAFT)),
    Door(f"{ONE}drafts/<int:pk>/", CONVERSATION, GET(200), pk="writer"),
    Door(
        f"{ONE}attachments/<uuid:public_id>/",
        CONVERSATION,
        GET(302),
        PUT(201, FILE, query="?what=reply&name=a.txt", body=WORDS, of={"public_id": CLIENT_ID}),
        DELETE(204, FILE, of={"public_id": "my_upload"}),
        public_id="file",
    ),
    Door(f"{ONE}attachments/<uuid:public_id>/thumbnail/", CONVERSATION, GET(302), public_id="file"),
    Door(
        f"{ONE}read/",
        CONVERSATION,
        POST(204, READ),
        DELETE(204, READ, of={"number": "closed"}),  # which everybody has read
    ),
    Door("settings/writing/", MEMBER, GET(200), POST(302, HABITS, fragment=204, body=HURRY)),
    *MAIL_DOORS,
    *CHANNEL_DOORS,
    *KNOWLEDGE_DOORS,
    *ROUTING_DOORS,
    Door("settings/team/", OPERATORS, GET(200)),
    Door("settings/team/invitations/", OPERATORS, GET(200), POST(302, INVITED, body=INVITATION)),
    *[Door(f"{INVITED_ONE}resending/", who, POST(302, INVITED), pk=one) for who, one in GUESTS],
    *[Door(f"{INVITED_ONE}revocation/", who, POST(302, INVITED), pk=one) for who, one in GUESTS],
    *[
        Door(MEMBER_ONE, who, GET(200), POST(302, PEOPLE, body=OPERATOR), pk=one)
        for who, one in STAFF
    ],
    *[Door(f"{MEMBER_ONE}removal/", who, POST(302, REMOVED), pk=one) for who, one in STAFF],
    Door("settings/team/teams/new/", TEAMS, GET(200), POST(302, TEAM, body=NEW_TEAM)),
    Door(
        "settings/team/teams/<int:pk>/", TEAMS, GET(200), POST(302, TEAM, body=NEW_TEAM), pk="team"
    ),
    Door("settings/team/teams/<int:pk>/removal/", TEAMS, POST(302, DISSOLVED), pk="team"),
    Door("settings/api-tokens/", MEMBER, GET(200)),
    Door("settings/api-tokens/new/", MEMBER, GET(200), POST(200, TOKEN, body=NEW_TOKEN)),
    Door(
        "settings/api-tokens/new/",
        AUDIT,
        GET(200, needs=MEMBER),
        POST(200, TOKEN, body=NEW_TOKEN | {"role": "operator"}, refused=422),
        whose="workspace",
    ),
    Door("settings/api-tokens/<int:pk>/revocation/", MEMBER, POST(302, TOKEN), pk="my_token"),
    Door(
        "settings/api-tokens/<int:pk>/revocation/",
        AUDIT,
        POST(302, TOKEN, refused=404),
        pk="token",
    ),
    *REPORT_DOORS,
    Door("settings/security/", AUDIT, GET(200), POST(302)),
    Door("settings/audit/", AUDIT, GET(200)),
    Door("settings/audit/export/", AUDIT, GET(200)),
]

# Outside every workspace. Allauth's own views take PUT for POST, with an empty form.
NEW_WORKSPACE = "accounts_workspace accounts_membership " + EVENT
SIGN_UP = {"email": "new@acme.test", "name": "Ada", "password1": "correct horse battery"}
SIGN_IN = {"login": "{email}", "password": PASSWORD}
NEW_ADDRESS = {"action_add": "", "email": "new@acme.test"}
NEW = "another battery staple"
NEW_PASSWORD = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
MAILED = USER + " mail"
KEY_OF_RESET = "accounts/password/reset/key/<uidb36>-<key>/"
S = "accounts/security/"
FACTORS = "mfa_authenticator mail"
CODE = {"code": "000000"}
ZONE = {"time_zone": "Europe/Paris"}
PROFILE = ZONE | {"name": "New"}
SECURITY = [
    Door(S, SIGNED_IN, GET(200)),
    Door(f"{S}browsers/<int:pk>/removal/", SIGNED_IN, POST(302), pk="my_browser"),
    Door(f"{S}browsers/removal/", SIGNED_IN, POST(302)),
    Door(f"{S}app/", SIGNED_IN, GET(302), POST(302, body=CODE)),  # there is one already
    Door(f"{S}app/removal/", SIGNED_IN, GET(200), POST(302, FACTORS)),
    Door(f"{S}codes/", SIGNED_IN, GET(200, FACTORS)),  # shown once
    Door(f"{S}codes/new/", SIGNED_IN, GET(200), POST(302, FACTORS)),
    Door(f"{S}passkeys/new/", SIGNED_IN, GET(200), POST(200)),
    Door(
        f"{S}passkeys/<int:pk>/", SIGNED_IN, GET(200), POST(302, FACTORS, body=VIP), pk="my_passkey"
    ),
    Door(
        f"{S}passkeys/<int:pk>/removal/", SIGNED_IN, GET(200), POST(302, FACTORS), pk="my_passkey"
    ),
    Door(f"{S}second-step/", PUBLIC, GET(302), POST(302)),
    Door(f"{S}second-step/passkey/", GUEST, GET(200), POST(302)),
    Door(f"{S}confirmation/", SIGNED_IN, GET(200), POST(200)),
    Door(f"{S}confirmation/passkey/", SIGNED_IN, GET(200), POST(302)),
]
RATING = Door("rate/<str:token>/", PUBLIC, GET(404), POST(404), token="made-up")
PAGES = [
    *HELP_DOORS,
    RATING,
    Door("", PUBLIC, GET(302)),
    Door("healthz", PUBLIC, GET(200)),
    Door("metrics", PUBLIC, GET(404)),  # nobody here is a collector: tests/test_metrics.py
    Door("readyz", PUBLIC, GET(503)),
    Door("widget.js", PUBLIC, GET(200)),
    Door("demo/", PUBLIC, GET(404)),
    Door("demo/bikes/", PUBLIC, GET(404)),
    Door(
        "accounts/workspaces/new/",
        SIGNED_IN,
        GET(200),
        POST(302, NEW_WORKSPACE, body={"name": "New", "slug": "brand-new"}),
    ),
    Door(
        "accounts/invitations/<str:token>/",
        GUEST,
        GET(200, needs=PUBLIC),
        POST(302, USER + " " + INVITED + PEOPLE, body=SIGN_UP, refused=200),
        token="invitation_token",
    ),
    Door("accounts/invitations/<rest>", PUBLIC, *[method(404) for method in ALL], rest="made/up"),
    Door("accounts/login/", GUEST, GET(200), POST(302, USER, body=SIGN_IN), PUT(200)),
    Door("accounts/logout/", SIGNED_IN, GET(200), POST(302)),
    *SECURITY,
    Door("accounts/mail/<slug:service>/", PUBLIC, GET(400), service="google"),
    Door("accounts/profile/", SIGNED_IN, GET(200), POST(302, USER, body=PROFILE)),
    Door("accounts/profile/keys/", SIGNED_IN, GET(200), POST(302, USER, body=NEW_KEY)),
    Door("accounts/profile/keys/letters/", SIGNED_IN, POST(302, USER)),
    Door("accounts/profile/photo/", SIGNED_IN, POST(422)),
    Door("accounts/profile/zone/", SIGNED_IN, POST(204, USER, body=ZONE)),
    Door("files/<str:token>/<path:name>", PUBLIC, GET(404), token="made-up", name="a.png"),
    Door("files/people/<name>.jpg", PUBLIC, GET(404), name="nobody-of-that-name-is-here"),
    Door("accounts/inactive/", PUBLIC, GET(200)),
    Door("accounts/signup/", GUEST, GET(200), POST(302, USER + " mail", body=SIGN_UP), PUT(200)),
    Door("accounts/reauthenticate/", SIGNED_IN, GET(200), POST(302, body=SIGN_IN), PUT(200)),
    Door("accounts/email/", SIGNED_IN, GET(200), POST(302, MAILED, body=NEW_ADDRESS), PUT(302)),
    Door("accounts/confirm-email/", PUBLIC, GET(200)),
    Door("accounts/confirm-email/<key>/", PUBLIC, GET(200), POST(404), key="made-up"),
    Door(
        "accounts/password/change/",
        SIGNED_IN,
        GET(200),
        POST(302, MAILED, body=NEW_PASSWORD),
        PUT(200),
    ),
    Door("accounts/password/set/", SIGNED_IN, *[method(302) for method in ALL]),
    Door("accounts/password/reset/", PUBLIC, GET(200), POST(302, "mail", body=SIGN_UP), PUT(200)),
    Door("accounts/password/reset/done/", PUBLIC, GET(200)),
    Door(KEY_OF_RESET, PUBLIC, *[method(200) for method in ALL], uidb36="1", key="made-up"),
    Door("accounts/password/reset/key/done/", PUBLIC, GET(200)),
    Door("accounts/login/code/confirm/", PUBLIC, *[method(302) for method in ALL]),
]
