"""Redis killed, frozen, flushed and full: whatever was in it is made good, and nobody waits for it."""

import signal
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from tests.support.breaking import REDIS, BreakableSite
from tests.support.ledger import Ledger
from tests.support.lines import Person
from tests.support.people import set_habits
from tests.support.post import Post
from tests.support.rows import until
from tests.support.visitors import HttpVisitor
from tests.support.watching import Panel, Screen, all_true

VISITORS, MESSAGES, TIMERS = 20, 160, 10
BEFORE = 20  # messages, while nothing is broken yet
SLOWEST = 2.0  # seconds that anybody may wait longer than before
AWAY = 12.0  # seconds that it is frozen at least: several turns of whoever looks by themselves

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("breakable-redis")]


@pytest.fixture(scope="module")
def site():
    with BreakableSite() as site:
        yield site


@pytest.fixture(scope="module")
def letterbox(site, dovecot):
    made = Post(site, dovecot)
    made.open()
    yield made
    made.close()


@pytest.fixture(scope="module")
def olga(site):
    set_habits(site, "olga", undo_seconds=0)
    return Person(site, "olga")


class Work:
    """What people do meanwhile, and how long the slowest of it took."""

    def __init__(self, site, person, letterbox) -> None:
        self.site, self.person, self.letterbox = site, person, letterbox
        self.ledger = Ledger(site)
        self.visitors = [HttpVisitor(site) for _ in range(VISITORS)]
        self.slowest = (0.0, "")
        self.numbers: list[int] = []

    def begin(self) -> None:
        self.site.forget_limits()
        for n in range(VISITORS):
            self.say(n)
        found = "SELECT number FROM inbox_conversation WHERE preview LIKE %s ORDER BY number"
        self.numbers = [row[0] for row in self.ledger.rows(found, f"{self.ledger.mark}%")]

    def say(self, n) -> str:
        words = self.ledger.words()
        with self.timed(words):
            self.visitors[n % VISITORS].say(words, tries=1)
        self.ledger.acknowledge(words)
        return words

    def answer(self, n) -> None:
        words = self.ledger.words("answered")
        said = urlencode({"text": words, "client_id": str(uuid4())})
        self.act(self.numbers[n % VISITORS], "messages", said)
        self.ledger.acknowledge(words)

    def put_off(self, n, seconds) -> None:
        """Snooze until soon, as a promise that is due while Redis is away."""
        wanted = datetime.now(UTC) + timedelta(seconds=seconds)
        self.act(self.numbers[n], "snooze", urlencode({"until": wanted.isoformat()}))

    def act(self, number, what, said) -> None:
        with self.timed(what):
            status, answer = self.person.post(f"/acme/inbox/{number}/{what}/", said)
        assert status == 200, (what, status, answer[:300])

    def look(self, n) -> None:
        for path in ("/acme/inbox/?view=open", f"/acme/inbox/{self.numbers[n % VISITORS]}/"):
            with self.timed(path):
                assert self.person.get(path)[0] == 200, path

    def mail(self) -> None:
        words = self.ledger.words("mailed")
        self.letterbox.bring(words)
        self.ledger.acknowledge(words)

    @contextmanager
    def timed(self, what):
        began = time.monotonic()
        yield
        self.slowest = max(self.slowest, (time.monotonic() - began, what))

    def woken(self):
        """Tell how often each of the conversations that were put off was woken."""
        query = (
            "SELECT c.number, count(e.id) FROM inbox_conversation c LEFT JOIN accounts_event e ON "
            "e.subject_kind = 'conversation' AND e.subject_id = c.id AND "
            "e.kind = 'conversation.woken' WHERE c.number = ANY(%s) GROUP BY 1"
        )
        return dict(self.ledger.rows(query, self.numbers[-TIMERS:]))


def killed(work, n):
    if n % 40 == BEFORE:
        work.site.end(REDIS)


def frozen(work, n):
    if n == BEFORE:
        work.site.signal(REDIS, signal.SIGSTOP)


def flushed(work, n):
    if n > BEFORE and n % 10 == 5:
        work.site.flush_redis()


def full(work, n):
    if n == BEFORE:
        with work.site.redis() as client:
            client.config_set("maxmemory", 1)


@pytest.mark.parametrize("fault", [flushed, full, killed, frozen])
def test_nothing_lives_in_redis_alone(site, olga, letterbox, fault):
    work = Work(site, olga, letterbox)
    work.begin()
    with ExitStack() as stack:
        screens = [Screen(olga, "open", work.numbers[0]), Screen(olga, "unassigned")]
        screens.append(Panel(site, work.visitors[0].token))
        for screen in screens:
            stack.enter_context(screen)
        stack.callback(site.signal, REDIS, signal.SIGCONT)
        for n in range(1, TIMERS + 1):
            work.put_off(-n, AWAY / 2)

        began = time.monotonic()
        for n in range(MESSAGES):
            # Those that are put off stay so until their time.
            last = work.say(n % (VISITORS - TIMERS))
            if n % 8 == 0:
                work.answer(n % (VISITORS - TIMERS))
                work.mail()
                work.look(n)
            if n == BEFORE:
                usual, work.slowest = work.slowest[0], (0.0, "")
            fault(work, n)
        if fault is frozen:
            # It was told to nobody: screens have looked by themselves.
            until(lambda: any(last in row for _, row in screens[0].rows.values()))
            until(lambda: time.monotonic() - began > AWAY)
            site.signal(REDIS, signal.SIGCONT)
        elif fault is full:
            with site.redis() as client:
                client.config_set("maxmemory", 0)

        assert work.slowest < (usual + SLOWEST, "")
        until(lambda: not waits_for_mail(work))
        work.ledger.settled(180)
        until(lambda: set(work.woken().values()) == {1})
        work.ledger.check()
        all_true(screens, 90)


def waits_for_mail(work):
    """Tell whether mails are still to be fetched."""
    [(here,)] = work.ledger.rows(
        "SELECT count(*) FROM inbox_message WHERE text LIKE %s", f"%{work.ledger.mark} mailed%"
    )
    return here < MESSAGES / 8
