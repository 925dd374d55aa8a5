"""The doors by which channels are set up."""

from accounts.permissions import Permission
from tests.access.rules import GET, POST, PUBLIC, Door

CHANNELS = Permission.MANAGE_CHANNELS
CHANNEL = "accounts_event accounts_followup inbox_channel"
MADE = (
    "accounts_event accounts_followup inbox_attachment inbox_contact inbox_contacthandle inbox_conversation"
    " inbox_conversationcounter inbox_delivery inbox_mail inbox_message"
)
MAILBOX = CHANNEL + " inbox_mailbox inbox_mailfolder"
SITE = {"name": "New", "origins": "https://example.com", "colour": "#1c5a8c"}
SENDER = {"name": "New", "style": "company", "company": "Acme"}
SERVERS = {
    "imap_host": "imap.example.com", "imap_port": 993, "imap_tls": "tls",
    "smtp_host": "", "smtp_port": 587, "smtp_tls": "starttls", "user": "new", "password": "new",
}  # fmt: skip
FETCHING = {"folder": "INBOX, Shop", "after": "seen", "days": 7}
SENDS = {"sender": "postmark", "sender_key": "new"}
DESTINATION = {"team": "{team}", "threading": "contact"}
MAIL_ONE = "settings/channels/<int:pk>/"
BLOCKED = "accounts_event accounts_followup inbox_blockedsender"
CHANNEL_DOORS = [
    Door("settings/blocked/", CHANNELS, GET(200), POST(302, BLOCKED, body={"sender": "a.test"})),
    Door("settings/blocked/<int:pk>/removal/", CHANNELS, POST(302, BLOCKED), pk="blocked"),
    Door("settings/channels/", CHANNELS, GET(200)),
    Door("settings/channels/preview/", CHANNELS, POST(200, body=SITE)),
    Door("settings/channels/new/", CHANNELS, GET(200), POST(302, CHANNEL, body=SITE)),
    Door(
        "settings/channels/<int:pk>/",
        CHANNELS,
        GET(200),
        POST(302, CHANNEL, body=SITE),
        pk="channel",
    ),
    Door(
        "settings/channels/mail/new/",
        CHANNELS,
        GET(200),
        POST(302, CHANNEL, body=SENDER | {"address": "new@acme.test"}),
    ),
    Door("settings/channels/alarms/", CHANNELS, GET(200)),
    Door("settings/channels/put-aside/", CHANNELS, POST(302, "accounts_followup")),
    *[
        Door(MAIL_ONE + tail, CHANNELS, *calls, pk="mail_channel", **more)
        for tail, calls, more in (
            ("", [GET(200)], {}),
            ("health/", [GET(200)], {}),
            ("unreadable/", [POST(302, "inbox_delivery")], {}),
            ("unreadable/<int:delivery>/", [GET(200), POST(302, MADE)], {"delivery": "unreadable"}),
            ("address/", [GET(200), POST(302, CHANNEL, body=SENDER)], {}),
            ("servers/", [GET(200), POST(302, MAILBOX, body=SERVERS)], {}),
            ("detection/", [GET(200)], {}),
            ("test/", [GET(200), POST(200)], {}),
            ("test/<slug:side>/", [POST(200, body={"mark": "{mark}"})], {"side": "sending"}),
            ("fetching/", [GET(200), POST(302, MAILBOX, body=FETCHING)], {}),
            ("destination/", [GET(200), POST(302, CHANNEL, body=DESTINATION)], {}),
            ("services/", [GET(200), POST(200, CHANNEL, body={"service": "postmark"})], {}),
            # Who comes back without having begun is told so.
            ("sign-in/", [GET(400), POST(409, body={"service": "google"})], {}),
            ("sign-in/removal/", [POST(302, MAILBOX + " inbox_mailgrant")], {}),
            ("services/sending/", [POST(200, CHANNEL, body=SENDS)], {}),
            ("switch/", [POST(302, MAILBOX)], {}),
            ("fetch/", [POST(302, MAILBOX)], {}),
        )
    ],
]

# Outside, for services that sign what they bring: they have no token of a form.
NOWHERE = {"service": "ses", "key": "nowhere"}
HOOKS = [
    *[
        Door(f"hooks/mail/<slug:service>/<str:key>/{tail}", PUBLIC, POST(404), **NOWHERE)
        for tail in ("", "mime")
    ],
]
