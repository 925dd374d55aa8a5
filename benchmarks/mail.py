"""
How fast mail that waits on a mail server becomes conversations.

    .venv/bin/python -m benchmarks.mail [mails] [conversations]

500 mails wait in Dovecot (Debian: dovecot-imapd): one in three begins a conversation, the others answer earlier ones,
some with HTML or a file. They are fetched, kept, threaded and drawn for a screen by the program itself, beside an empty
workspace and beside one that has 200,000 conversations; then a mail of 40 MB, then single ones while the program waits for
news. It ends with 1 when a figure is worse than the goal in brackets. Where other programs want the processor, too, the time
that each mail had of it tells more than the clock.
"""

import os
import random
import statistics
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ["LOG_LEVEL"] = "WARNING"
os.environ["ALLOW_PRIVATE_SERVERS"] = "1"

import django

django.setup()

from django.conf import settings
from django.db import connections
from django.utils import timezone

from accounts import courier
from accounts.tenancy import scope
from benchmarks.letters import mails_of, some_mail
from inbox import languages
from inbox.connectors.mail.reading import read_mail
from inbox.models import Contact, ContactHandle, Conversation, Mail, Message
from tests import factories
from tests.conftest import make_database
from tests.mail.fetching import fetch, fetcher, make_mailbox, texts, user_of
from tests.mail.posting import make_mail_channel, post
from tests.support.dovecot import Dovecot
from tests.support.rows import until
from tests.support.servers import SERVERS

AWAY = 1_000_000_000  # added to the ids of seeded rows, beyond all that will be drawn
faults = []


def fill(workspace, count):
    """Copy one conversation many times over, inside PostgreSQL."""
    channel = make_mail_channel(workspace, "before@acme.test")
    first = post(channel, some_mail(0, random.Random(0)), at=timezone.now())
    handle = first.conversation.handle_id
    with scope(workspace):
        mail = Mail.objects.get(message=first)
    person = {"contact_id": "n", "handle_id": "n"}
    named = "'old' || n || '@example.test'"
    copies = [
        (Contact, first.conversation.contact_id, {"email": named}),
        (ContactHandle, handle, {"contact_id": "n", "value": named}),
        (
            Conversation,
            first.conversation_id,
            {"number": "n", "public_id": "gen_random_uuid()", **person},
        ),
        (Message, first.pk, {"conversation_id": "n", "external_id": named}),
        (Mail, mail.pk, {"message_id": "n", "mail_id": named}),
    ]
    with SERVERS._connection(SERVERS.database) as admin:
        admin.execute("SET session_replication_role = replica")
        for model, row, changed in copies:
            table = model._meta.db_table
            names = [field.column for field in model._meta.concrete_fields]
            values = ", ".join({"id": "n", **changed}.get(name, f'"{name}"') for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            admin.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM {table}, "
                f"generate_series({AWAY + 1}, {AWAY + count}) AS n WHERE id = {row}"
            )
        # As rows are that have lain for a while: read once, and written out.
        admin.execute("VACUUM ANALYZE")
        admin.execute("CHECKPOINT")


def memory(name):
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if name in line)


def forget_peak():
    Path("/proc/self/clear_refs").write_text("5")


def say(name, figure, unit, goal, *, at_least=False):
    is_good = figure >= goal if at_least else figure <= goal
    if not is_good:
        faults.append(name)
    sign = "≥" if at_least else "≤"
    print(f"{name:44} {figure:8.2f} {unit:7} [{sign} {goal:g}]{'' if is_good else '  MISSED'}")


def measure(workspace, dovecot, raws, address):
    """Return how many mails a second became conversations that a screen shows, and the mailbox."""
    mailbox = make_mailbox(workspace, dovecot, address=address)
    for raw in raws[:20]:  # what is only slow once
        dovecot.deliver(user_of(mailbox), raw.replace(b".bench@", b".first@"))
    fetch(mailbox)
    for raw in raws:
        dovecot.deliver(user_of(mailbox), raw)
    languages.note(workspace.pk, settings.LANGUAGE_CODE)
    began, worked = time.perf_counter(), time.process_time()
    fetch(mailbox)
    courier.flush(60)
    taken, worked = time.perf_counter() - began, time.process_time() - worked
    print(f"{'each mail kept our processor for':44} {worked / len(raws) * 1000:8.2f} ms")
    assert len(texts(mailbox)) == len(raws) + 20
    return len(raws) / taken, mailbox


def main() -> None:
    count, many = map(int, [*sys.argv[1:], *("500", "200000")[len(sys.argv) - 1 :]])
    make_database()
    SERVERS.redis.start()
    dovecot = Dovecot(SERVERS.folder())
    dovecot.start()
    raws = list(mails_of(count))
    print(f"{count} mails of {sum(map(len, raws)) // count} bytes; load {os.getloadavg()[0]:.1f}")

    parsed = []
    for raw in raws:
        began = time.perf_counter()
        read_mail(raw, now=timezone.now())
        parsed.append((time.perf_counter() - began) * 1000)
    say("one mail read, p95", statistics.quantiles(parsed, n=20)[-1], "ms", 10)

    empty = factories.make_workspace()
    alone, _ = measure(empty, dovecot, raws, "support@acme.test")
    say("fetched, kept and threaded, empty", alone, "mails/s", 60, at_least=True)
    full = factories.make_workspace()
    fill(full, many)
    before = memory("VmRSS")
    beside, mailbox = measure(full, dovecot, raws, "support@acme.test")
    say(f"the same beside {many} conversations", beside, "mails/s", 60, at_least=True)
    say("how much slower that is", alone / beside, "times", 1.3)
    say("memory that this has added", memory("VmRSS") - before, "MB", 30)

    large = b"From: ada@example.test\r\nMessage-ID: <large@example.test>\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    large += b"--b\r\n\r\nSee the film.\r\n--b\r\nContent-Type: video/mp4; name=a.mp4\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    large += (b"QUJD" * 19 + b"\r\n") * (40 * 1024 * 1024 // 78) + b"--b--\r\n"
    dovecot.deliver(user_of(mailbox), large)
    size = len(large) / 1024 / 1024
    del large
    forget_peak()
    began = time.perf_counter()
    fetch(mailbox)
    say(f"a mail of {size:.0f} MB", time.perf_counter() - began, "s", 20)
    say("memory at most meanwhile", memory("VmHWM"), "MB", 300)

    waits = []
    with fetcher():
        for number in range(12):
            known = len(texts(mailbox))
            began = time.perf_counter()
            dovecot.deliver(user_of(mailbox), some_mail(10_000 + number, random.Random(number)))
            until(lambda known=known: len(texts(mailbox)) > known, pause=0.01)
            courier.flush(10)
            waits.append(time.perf_counter() - began)
    say("heard of and on screens, slowest of ten", max(waits[2:]), "s", 2)
    print(f"load {os.getloadavg()[0]:.1f}")
    dovecot.stop()
    connections.close_all()
    sys.exit(1 if faults else 0)


main()
