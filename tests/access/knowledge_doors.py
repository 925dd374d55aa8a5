"""The doors of what we know; ``doors.py`` says how to read them."""

from accounts.permissions import Permission
from tests.access.rules import CONVERSATION, GET, MEMBER, POST, PUBLIC, Door

WRITE = Permission.MANAGE_KNOWLEDGE
SHARED = Permission.MANAGE_SAVED_REPLIES
ONE = "settings/replies/<int:pk>/"
OWN = {"name": "New", "shortcut": "new", "text": "Hi", "reach": "mine"}
EVERYBODYS = OWN | {"reach": "all"}
REPLY = "knowledgebase_savedreply"
EVENTS = " accounts_event accounts_followup"
SHOWN = " knowledgebase_helpcenter"  # whose pages are drawn anew

TRANSLATION = "knowledgebase_articletranslation"
VERSION = TRANSLATION + " knowledgebase_articleversion"
ARTICLE = "knowledge/<int:pk>/<slug:language>/"
WORDS = {"title": "Returns", "html": "<p>New</p>", "seen": 0}
BEGUN = "knowledgebase_article " + TRANSLATION + EVENTS
PLACE = {"audience": "internal", "collection": "{shelf}"}
CENTER = {"is_open": "on", "default_language": "ru"}
HELP = "help/<slug:workspace>/"
PAGE = f"{HELP}<slug:language>/"
HELPED = f"{PAGE}articles/<str:address>/"
OF = {"workspace": "slug", "language": "en"}

KNOWLEDGE_DOORS = [
    Door("knowledge/", MEMBER, GET(200)),
    Door("knowledge/", MEMBER, GET(200, query="?q=returns"), what="found"),
    Door(
        "knowledge/new/",
        WRITE,
        GET(200),
        POST(302, BEGUN, body={"title": "New", "language": "en", "collection": "{shelf}"}),
    ),
    Door(
        "knowledge/collections/",
        WRITE,
        GET(200),
        POST(302, "knowledgebase_collection", body={"name": "New", "language": "en"}),
    ),
    Door(
        "knowledge/collections/<int:pk>/",
        WRITE,
        POST(302, "knowledgebase_collection" + SHOWN, body={"name": "New", "language": "en"}),
        pk="shelf",
    ),
    Door(
        "knowledge/help-center/",
        WRITE,
        POST(302, "knowledgebase_helpcenter" + EVENTS, body=CENTER),
    ),
    Door(
        "knowledge/<int:pk>/translations/",
        WRITE,
        POST(302, TRANSLATION, body={"language": "ru"}),
        pk="article",
    ),
    Door(
        ARTICLE,
        WRITE,
        GET(200, needs=MEMBER),
        POST(302, VERSION, fragment=200, body=WORDS),
        pk="article",
        language="en",
    ),
    Door(
        f"{ARTICLE}publication/",
        WRITE,
        POST(302, VERSION + EVENTS + SHOWN),
        pk="article",
        language="en",
    ),
    Door(
        f"{ARTICLE}place/",
        WRITE,
        POST(302, "knowledgebase_article" + EVENTS + SHOWN, body=PLACE),
        pk="article",
        language="en",
    ),
    Door(
        f"{ARTICLE}versions/<int:number>/",
        WRITE,
        GET(200),
        POST(302, VERSION + EVENTS),
        pk="article",
        language="en",
        number="version",
    ),
    Door(
        "inbox/<int:number>/insertions/",
        CONVERSATION,
        GET(200, query="?q=hello"),
        POST(204, "knowledgebase_insertion", body={"reply": "{reply}"}),
    ),
    Door(
        "inbox/<int:number>/insertions/",
        CONVERSATION,
        GET(200, query="?q=returns"),
        POST(200, "knowledgebase_insertion", body={"article": "{written}", "into": "reply"}),
        what="of an article",
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

# What anybody may read, and say of it.
HELP_DOORS = [
    Door(HELP, PUBLIC, GET(302), workspace="slug"),
    Door(f"{HELP}sitemap.xml", PUBLIC, GET(200), workspace="slug"),
    Door(PAGE, PUBLIC, GET(200), **OF),
    Door(f"{PAGE}search/", PUBLIC, GET(200, query="?q=returns"), **OF),
    Door(f"{PAGE}suggestions/", PUBLIC, GET(200, query="?q=returns"), **OF),
    Door(f"{PAGE}collections/<int:pk>/", PUBLIC, GET(200), pk="shelf", **OF),
    Door(HELPED, PUBLIC, GET(200), address="address", **OF),
    Door(
        f"{HELPED}vote/",
        PUBLIC,
        POST(303, "knowledgebase_articlevote", body={"helpful": "yes"}),
        address="address",
        **OF,
    ),
]
