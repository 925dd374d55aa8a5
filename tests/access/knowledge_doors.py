"""The doors of what we know; ``doors.py`` says how to read them."""

from accounts.permissions import Permission
from tests.access.rules import CONVERSATION, GET, MEMBER, POST, Door

SHARED = Permission.MANAGE_SAVED_REPLIES
ONE = "settings/replies/<int:pk>/"
OWN = {"name": "New", "shortcut": "new", "text": "Hi", "reach": "mine"}
EVERYBODYS = OWN | {"reach": "all"}
REPLY = "knowledgebase_savedreply"
EVENTS = " accounts_event accounts_followup"

KNOWLEDGE_DOORS = [
    Door(
        "inbox/<int:number>/insertions/",
        CONVERSATION,
        GET(200, query="?q=hello"),
        POST(204, "knowledgebase_insertion", body={"reply": "{reply}"}),
    ),
    Door("settings/replies/", MEMBER, GET(200)),
    Door("settings/replies/preview/", MEMBER, POST(200, body={"text": "Hello"})),
    Door("settings/replies/new/", MEMBER, GET(200), POST(302, REPLY, body=OWN)),
    Door(ONE, MEMBER, GET(200), POST(302, REPLY, body=OWN), pk="my_reply"),
    Door(
        ONE,
        SHARED,
        GET(200, needs=MEMBER),
        POST(302, REPLY + EVENTS, body=EVERYBODYS, refused=404),
        pk="reply",
    ),
    Door(f"{ONE}removal/", MEMBER, POST(302, REPLY), pk="my_reply"),
    Door(f"{ONE}removal/", SHARED, POST(302, REPLY + EVENTS, refused=404), pk="reply"),
]
