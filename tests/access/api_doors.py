"""The doors of programs and of the chat widget; ``doors.py`` says how to read them."""

from tests.access.doors import (
    ANSWER,
    CLIENT_ID,
    EVENT,
    FILE,
    JUDGED,
    LATER,
    MOVED,
    READ,
    STATE,
    TAGGED,
    WORDS,
    WRITTEN,
)
from tests.access.rules import (
    CONVERSATION,
    DELETE,
    GET,
    OURS,
    PATCH,
    POST,
    PUBLIC,
    PUT,
    VISITOR,
    Door,
)

TOGETHER = {"into": "{mailed}", "confirmed": True}
ALL = (GET, POST, PUT, PATCH, DELETE)
SPOKEN = WRITTEN + " inbox_contact inbox_contacthandle inbox_delivery inbox_conversationcounter"

# The API. Answers to methods that are none come after the token has been looked at.
C = "api/v1/conversations/<int:number>/"
CLOSED, SNOOZED, SPAM = ({"number": name} for name in ("closed", "snoozed", "spam"))
API = [
    *[Door(f"api/v1/{name}/", ANSWER, GET(200)) for name in ("me", "members", "teams", "tags")],
    Door("api/v1/channels/", ANSWER, GET(200)),
    Door("api/v1/articles/", ANSWER, GET(200, query="?q=returns")),
    Door("api/v1/articles/<int:pk>/", OURS, GET(200), pk="article"),
    Door("api/v1/contacts/", ANSWER, GET(200)),
    Door(
        "api/v1/contacts/<int:pk>/",
        CONVERSATION,
        GET(200),
        PATCH(200, "inbox_contact " + EVENT, body={"name": "Ada"}),
        pk="contact",
    ),
    # Whom it lets in is asked here; what it does, in tests/api/test_beginning.py.
    Door("api/v1/conversations/", ANSWER, GET(200), POST(400, body=WORDS)),
    Door(C, CONVERSATION, GET(200)),
    Door(f"{C}messages/", CONVERSATION, GET(200), POST(201, WRITTEN, body=WORDS)),
    Door(
        f"{C}attachments/<uuid:public_id>/",
        CONVERSATION,
        PUT(201, FILE, body=WORDS, query="?name=a.txt"),
        public_id=CLIENT_ID,
    ),
    Door(f"{C}notes/", CONVERSATION, POST(201, WRITTEN, body=WORDS)),
    Door(
        f"{C}assignment/",
        CONVERSATION,
        PUT(200, STATE, body={"assignee": "{colleague}"}),
        DELETE(200, STATE),
    ),
    Door(f"{C}closure/", CONVERSATION, PUT(200, MOVED), DELETE(200, MOVED, of=CLOSED)),
    Door(f"{C}spam/", CONVERSATION, PUT(200, JUDGED), DELETE(200, MOVED, of=SPAM)),
    Door(
        f"{C}merge/",
        CONVERSATION,
        POST(200, MOVED, body=TOGETHER, of={"number": "twin"}),
        DELETE(200, MOVED, of={"number": "part"}),
    ),
    Door(f"{C}snooze/", CONVERSATION, PUT(200, MOVED, body=LATER), DELETE(200, MOVED, of=SNOOZED)),
    Door(f"{C}priority/", CONVERSATION, PUT(200, STATE, body={"priority": 3})),
    Door(f"{C}read/", CONVERSATION, PUT(200, READ)),
    Door(f"{C}tags/", CONVERSATION, GET(200)),
    Door(
        f"{C}tags/<path:name>/",
        CONVERSATION,
        PUT(200, TAGGED, of={"name": "new"}),
        DELETE(200, TAGGED),
        name="vip",
    ),
    Door("api/v1/schema/", PUBLIC, GET(200)),
    Door("api/v1/docs/", PUBLIC, GET(200)),
    Door("api/v1/", PUBLIC, *[method(404) for method in ALL]),
    Door("api/v1/<path:rest>", PUBLIC, *[method(404) for method in ALL], rest="nothing/here"),
]

# The chat widget: every door finds the channel first, then the visitor.
WIDGET = [
    Door("widget/<str:key>/", PUBLIC, GET(200)),
    Door("widget/<str:key>/identity/", VISITOR, POST(401, body={"identity": "nonsense"})),
    Door("widget/<str:key>/conversation/", VISITOR, GET(200)),
    Door("widget/<str:key>/home/", VISITOR, GET(200)),
    Door(
        "widget/<str:key>/rating/",
        VISITOR,
        POST(201, STATE, body={"value": "good"}, only_spoken=True, unspoken=404),
    ),
    Door(
        "widget/<str:key>/visit/",
        VISITOR,
        POST(204, "inbox_contact", body={"referrer": "https://a.example/"}, only_spoken=True),
    ),
    Door(
        "widget/<str:key>/messages/",
        VISITOR,
        POST(201, SPOKEN, body=WORDS | {"client_id": CLIENT_ID}),
    ),
    Door(
        "widget/<str:key>/attachments/<uuid:public_id>/",
        VISITOR,
        PUT(201, FILE, body=WORDS, query="?name=a.txt"),
        DELETE(404),
        public_id=CLIENT_ID,
    ),
    Door("widget/<str:key>/articles/", VISITOR, GET(200, query="?q=returns")),
    Door("widget/<str:key>/articles/<int:pk>/", VISITOR, GET(200), pk="article"),
    Door(
        "widget/<str:key>/articles/<int:pk>/vote/",
        VISITOR,
        POST(204, "knowledgebase_articlevote", body={"helpful": True}),
        pk="article",
    ),
    Door("widget/<str:key>/transcript/", VISITOR, POST(400, body={"email": "nobody"})),
    Door("widget/<str:key>/read/", VISITOR, POST(204, WRITTEN, body={"seq": 9}, only_spoken=True)),
]
