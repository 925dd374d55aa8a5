"""Zeros, bytes that are no letters and numbers without end, at every page and form: refused in words, or not minded."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache

from accounts.redis import client as redis
from tests.access.asking import FORM, LENIENT, body_of, fill
from tests.access.digest import undone
from tests.access.doors import PAGES, WORKSPACE
from tests.access.people import BY_NAME
from tests.access.rules import GUEST

ODD = [b"\x00", b"\xff\xed\xa0\x80'\"--", b"9" * 40]
# Whatever any page of ours may be asked, or its form may be told.
NAMES = [
    "after", "assignee", "before", "channel", "code", "compare", "contact", "criterion", "event",
    "from", "given", "kind", "language", "like", "message", "next", "operator", "page", "person",
    "q", "range", "recent", "sample", "since", "sort", "state", "tag", "team", "time", "to",
    "until", "view", "what", "whose", "workspace",
]  # fmt: skip


def say(world, method, address, body, cookie):
    LENIENT.cookies.clear()
    if cookie:
        LENIENT.cookies[settings.SESSION_COOKIE_NAME] = cookie
    with undone():
        return LENIENT.generic(method, address, body, content_type=FORM)


def test_odd_input_never_fails(world):
    person = BY_NAME["super_admin"]
    failed, refused = [], 0
    for door in (*WORKSPACE, *PAGES):
        prefix = f"/{world.here.slug}/" if door in WORKSPACE else "/"
        cookie = None if door.needs is GUEST else world.cookie(person)
        redis().flushdb()  # the limits
        cache.clear()
        for call in door.calls:
            for odd in ODD:
                path = fill(door, call, world.here, person=person).partition("?")[0]
                asked = urlencode(dict.fromkeys(NAMES, odd))
                body = urlencode(dict.fromkeys(body_of(call, world.here), odd))
                answer = say(
                    world,
                    call.method,
                    f"{prefix}{path}?{asked}",
                    "" if call.method == "GET" else f"{body}&{asked}",
                    cookie,
                )
                refused += answer.status_code in {400, 404, 422}
                if answer.status_code >= 500 and path not in {"readyz", "healthz"}:
                    fault = getattr(answer, "exc_info", None)
                    failed.append(
                        (answer.status_code, call.method, path, odd, repr(fault and fault[1])[:150])
                    )

    assert failed == []
    assert refused > 100
