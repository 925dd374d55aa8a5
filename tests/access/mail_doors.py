"""The doors of mails in the inbox; ``doors.py`` says how to read them."""

from accounts.permissions import Permission
from tests.access.rules import CONVERSATION, DELETE, GET, POST, PUT, Door

ANSWER, CHANNELS = Permission.ANSWER, Permission.MANAGE_CHANNELS
WORDS = {"text": "Hi"}
ONE = "inbox/<int:number>/"
PICTURES = "accounts_event inbox_picturesender"
BLOCKED = "accounts_event accounts_followup inbox_conversation inbox_message inbox_blockedsender"

MERGED = "accounts_event accounts_followup inbox_conversation inbox_conversationtag"

TOGETHER = {"into": "{mailed}", "confirmed": True}

MAIL_DOORS = [
    # Whom it lets in is asked here; what it does, in tests/mail/test_outbound.py.
    Door("inbox/new/", ANSWER, GET(200), POST(422, body=WORDS)),
    Door(
        "inbox/new/attachments/<uuid:public_id>/",
        ANSWER,
        GET(404),
        PUT(201, "inbox_attachment", query="?what=reply&name=a.txt", body=WORDS),
        DELETE(404),
        public_id="6f0c2b1e-3a52-4d0e-9d29-5a0b8c4f1e77",
    ),
    Door(f"{ONE}forward/", CONVERSATION, GET(200), POST(422, body=WORDS)),
    Door(f"{ONE}messages/<int:pk>/layout/", CONVERSATION, GET(200), pk="mail"),
    Door(
        f"{ONE}messages/<int:pk>/pictures/",
        CONVERSATION,
        POST(302, PICTURES, fragment=200),
        DELETE(302, PICTURES, fragment=200, of={"number": "mailed", "pk": "pictured"}),
        pk="mail",
    ),
    Door(f"{ONE}messages/<int:pk>/original/", CONVERSATION, GET(200), pk="mail"),
    Door(
        f"{ONE}block/",
        CHANNELS,
        POST(302, BLOCKED, fragment=200),
        number="mailed",
    ),
    Door("inbox/recipients/", ANSWER, GET(200, query="?q=ada")),
    Door(
        f"{ONE}merge/",
        CONVERSATION,
        GET(200),
        POST(302, MERGED, fragment=200, body=TOGETHER, of={"number": "twin"}),
        DELETE(302, MERGED, fragment=200, of={"number": "part"}),
    ),
]
