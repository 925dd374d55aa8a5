"""What runs beside the site: Redis, the worker, the clock and the disk."""

import shutil
import tempfile
from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone

from accounts.models import Heartbeat
from accounts.redis import RedisError, client
from helpdesk.doctor.finding import Finding
from helpdesk.health import FRESH, ask_put_aside, connected, hearts
from inbox.doors import is_mail_fetched

ENOUGH_ROOM = 1 << 30
LOOK = "an admin looks at Settings, Channels"
ADVICE = {
    "follow-ups": f"read their errors in the log; {LOOK}, and tries them again there",
    "deliveries": f"mails that nobody can read; {LOOK}",
    "messages": f"replies that did not arrive; {LOOK}",
    "letters": "mails of ours that were refused; their words are where they were asked for",
}


def check_redis() -> Iterator[Finding]:
    try:
        client().ping()
    except RedisError as error:
        yield Finding("redis", False, f"does not answer ({error}): start it or check REDIS_URL.")
        return
    yield Finding("redis", True, _persistence())
    policy = _setting("maxmemory-policy")
    if policy in {"", "noeviction"}:
        yield Finding("redis memory", True, policy or "its settings are kept from us")
    else:
        advice = "set maxmemory-policy noeviction."
        yield Finding("redis memory", False, f"{policy} throws away work that is waiting: {advice}")


def _persistence() -> str:
    if _setting("appendonly") == "yes":
        return "answers, and keeps what it has over a restart"
    return "answers; set appendonly yes to keep doorbells over a restart (the rows are safe anyway)"


def _setting(name: str) -> str:
    try:
        return str(client().config_get(name).get(name, ""))
    except RedisError:  # a managed Redis may not tell
        return ""


def check_hearts() -> Iterator[Finding]:
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    for name in hearts(is_mail_fetched=is_mail_fetched()):
        advice = f"start the {name} (make run starts everything)."
        if name not in beats:
            yield Finding(name, False, f"has never run: {advice}")
            continue
        age = (timezone.now() - beats[name]).total_seconds()
        if age < FRESH:
            yield Finding(name, True, f"showed life {age:.0f} s ago")
        else:
            yield Finding(name, False, f"is not running, last seen {age:.0f} s ago: {advice}")


def check_put_aside() -> Iterator[Finding]:
    """Name each queue in which something waits for somebody to look."""
    with connected() as connection:
        found = ask_put_aside(connection)
    for what, many, oldest in found:
        says = f"{many} {what}, the oldest since {oldest:%Y-%m-%d %H:%M} UTC: {ADVICE[what]}."
        yield Finding("put aside", False, says)
    if not found:
        yield Finding("put aside", True, "nothing")


def check_storage() -> Iterator[Finding]:
    folder = settings.DATA_DIR
    try:
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free
    except OSError as error:
        why = f"{folder} cannot be written ({error.strerror})"
        yield Finding("storage", False, f"{why}: see to its rights, or set DATA_DIR.")
        return
    says = f"{free / (1 << 30):.1f} GB free in {folder}"
    enough = free >= ENOUGH_ROOM
    yield Finding("storage", enough, says if enough else f"only {says}: make room.")
