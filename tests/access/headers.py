"""
What answers tell browsers that they may do with them, over https: one table for all doors.

Whatever is not named in ``OTHERWISE`` has to answer with ``USUAL``, word for word.
"""

from dataclasses import dataclass, field

from tests.access.asking import Answer
from tests.access.doors import PAGES

SHOP = "https://shop.example"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self' wss://testserver; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; "
    "frame-ancestors 'none'"
)
PANEL = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "img-src 'self' data: blob: ; connect-src 'self' wss://testserver; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self' "
)
LAYOUT = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src https://testserver; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'"
)
FILE = "default-src 'none'; sandbox; frame-ancestors 'none'"
YEAR = "max-age=31536000; includeSubDomains; preload"
USUAL = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": YEAR,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
FRAMED = {"X-Frame-Options": None, "Cache-Control": "no-store"}
SHARED = {"Cross-Origin-Resource-Policy": "cross-origin"}
HELP = {"Cache-Control": "public, max-age=60"}
SECRET = {"Referrer-Policy": "same-origin"}  # the address opens something
BY_MAIL = "inbox/<int:number>/messages/<int:pk>/"
ATTACHED = "inbox/<int:number>/attachments/<uuid:public_id>/"
# What is otherwise where the answer is what was asked for.
OTHERWISE = {
    "GET widget.js": SHARED | {"Cache-Control": "public, max-age=300"},
    "GET widget/<str:key>/": FRAMED | {"Content-Security-Policy": PANEL + SHOP},
    "POST settings/channels/preview/": FRAMED | {"Content-Security-Policy": PANEL},
    "GET api/v1/schema/": {"Cache-Control": "public, max-age=300"},
    f"GET {BY_MAIL}layout/": FRAMED
    | {"Content-Security-Policy": LAYOUT, "Referrer-Policy": "no-referrer"},
    f"GET {BY_MAIL}original/": {"Content-Security-Policy": FILE},
    f"GET {ATTACHED}": {
        "Cache-Control": "private, max-age=240"
    },  # the way to a file is open for longer
    f"GET {ATTACHED}thumbnail/": {"Cache-Control": "private, max-age=240"},
    **{
        f"GET {door.route}": HELP
        for door in PAGES
        if door.route.startswith("help/") and "GET" in door.methods
    },
}
SECRETS = (
    *("accounts/invitations/", "accounts/confirm-email/<", "accounts/password/reset/key/"),
    *("accounts/mail/", "rate/", "files/"),
)
# Only people who sign in have a cookie, beside whoever votes on an article.
SESSION = "__Host-session"
VOTER = "help_reader"
BAD = 400


@dataclass
class Inspection:
    """Compares, and keeps what is wrong."""

    wrong: list[str] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def look(self, said: str, route: str, answer: Answer, **otherwise: str | None) -> None:
        self.statuses.add(answer.status)
        expected = USUAL | {"Cache-Control": "no-store"} | otherwise
        if route.startswith(SECRETS):
            expected |= SECRET
        told = {name: answer.headers.get(name) for name in expected}
        if "no-store" in (told["Cache-Control"] or ""):
            told["Cache-Control"] = "no-store"  # and whatever else says the same
        self.wrong += [
            f"{said}: {name} is {told[name]!r}, not {expected[name]!r}"
            for name in expected
            if told[name] != expected[name]
        ]
        self.wrong += [
            f"{said}: {name}" for name in answer.headers if name.startswith("Access-Control-")
        ]
        self._look_at_cookies(said, route, answer)

    def _look_at_cookies(self, said: str, route: str, answer: Answer) -> None:
        is_inside = route.startswith("accounts/") or not said.startswith("outside")
        allowed = {SESSION} if is_inside else {VOTER} if route.endswith("vote/") else set()
        for name, cookie in answer.cookies.items():
            if name not in allowed:
                self.wrong.append(f"{said}: gives the cookie {name}")
            facts = {key: cookie[key] for key in ("secure", "httponly", "samesite", "domain")}
            # The end of a session takes its cookie away, of which nothing else needs to be said.
            taken = name == SESSION and cookie["max-age"] == 0
            if facts != {
                "secure": "" if taken else True,
                "httponly": "" if taken else True,
                "samesite": "Lax",
                "domain": "",
            } or cookie["path"] != ("/" if name == SESSION else "/help/"):
                self.wrong.append(f"{said}: the cookie is {cookie.OutputString()}")
