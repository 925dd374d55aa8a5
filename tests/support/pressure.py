"""Load on a running site, by clients that say the same again until they are told that it is kept."""

import json
import secrets
import threading
import time
from contextlib import suppress
from hashlib import sha256
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from tests.support.rows import inside, until

AGAIN = 0.3  # seconds until a client says it again
PACE = {"visitor": 2.1, "program": 0.3}  # seconds between two messages of one, within every limit
TRY_AGAIN = {429, 503, 507}


class Pressure:
    """
    Visitors and programs that go on talking until the end of the block.

    Whatever is refused meanwhile has to say clearly that it may be said again.
    """

    def __init__(self, site, ledger, *, visitors=5, programs=2, loses_connections=False) -> None:
        self.site, self.ledger = site, ledger
        self.loses_connections = loses_connections
        self.refused: list[tuple[int, str]] = []
        self.unclear: list[str] = []
        self.heard: dict[str, float] = {}  # by client, when it was last told that all is well
        self._stopping = threading.Event()
        self.number = first_conversation(site)
        jobs = [(f"visitor {n}", self._visit, ()) for n in range(visitors)]
        jobs += [(f"program {n}", self._program, (make_token(site),)) for n in range(programs)]
        self._threads = [
            threading.Thread(target=job, args=(name, *more), daemon=True)
            for name, job, more in jobs
        ]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        self.everybody_is_heard()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        for thread in self._threads:
            thread.join(60)
        assert [thread for thread in self._threads if thread.is_alive()] == []
        assert self.unclear == [], self.unclear[:5]

    def everybody_is_heard(self, seconds=60) -> float:
        """Wait until each has been told of something new; return how long that took."""
        began = time.monotonic()
        many = len(self._threads)
        until(lambda: sum(at > began for at in self.heard.copy().values()) == many, seconds)
        return max(self.heard.values()) - began

    def _visit(self, name) -> None:
        headers = {"Authorization": f"Visitor {secrets.token_urlsafe(32)}"}
        while not self._stopping.is_set():
            words = self.ledger.words()
            said = {"client_id": str(uuid4()), "text": words}
            self._insist(name, words, "/widget/demo/messages/", said, headers)

    def _program(self, name, secret) -> None:
        door = f"/api/v1/conversations/{self.number}/messages/"
        while not self._stopping.is_set():
            words = self.ledger.words("written")
            headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())}
            self._insist(name, words, door, {"text": words}, headers)

    def _insist(self, name, words, door, said, headers) -> None:
        while not self._stopping.is_set():
            if self._post(door, said, headers):
                self.ledger.acknowledge(words)
                self.heard[name] = time.monotonic()
                self._stopping.wait(PACE[name.split()[0]])
                return
            self._stopping.wait(AGAIN)

    def _post(self, door, said, headers) -> bool:
        headers = {"Content-Type": "application/json"} | headers
        request = Request(self.site.url + door, json.dumps(said).encode(), headers)
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status < 300
        except HTTPError as error:
            self._note(error, error.read().decode(errors="replace"))
        except (OSError, HTTPException) as error:
            if not self.loses_connections:
                self.unclear.append(repr(error))
        return False

    def _note(self, error, body) -> None:
        told: dict[str, str] = {}
        with suppress(ValueError):
            told = json.loads(body)
        self.refused.append((error.code, told.get("code", "")))
        is_clear = set(told) == {"detail", "code"} and error.headers["X-Request-ID"]
        if error.code not in TRY_AGAIN or not is_clear or not error.headers["Retry-After"]:
            self.unclear.append(f"{error.code} {body[:300]} {error.headers}")


def make_token(site, name="olga") -> str:
    """Make a token of the API for one of the first workspace's people, past the site."""
    secret = f"hd_{secrets.token_urlsafe(32)}"
    query = """
        INSERT INTO accounts_apitoken
            (workspace_id, name, membership_id, role, scope, token_hash, created_at, expires_at)
        SELECT m.workspace_id, 'Load', m.id, '', 'write', %s, now(), now() + interval '1 day'
        FROM accounts_membership m JOIN accounts_user u ON u.id = m.user_id WHERE u.email = %s
    """
    with inside(site) as connection:
        connection.execute(query, [sha256(secret.encode()).hexdigest(), f"{name}@acme.test"])
    return secret


def first_conversation(site) -> int:
    """Return the number of a conversation in which programs may write."""
    door = f"{site.url}/widget/demo/messages/"
    said = json.dumps({"client_id": str(uuid4()), "text": "For programs"}).encode()
    headers = {
        "Content-Type": "application/json",
        "Authorization": f"Visitor {secrets.token_urlsafe(32)}",
    }
    with urlopen(Request(door, said, headers), timeout=60) as answer:
        assert answer.status == 201
    with inside(site) as connection:
        query = "SELECT max(number) FROM inbox_conversation"
        return int(connection.execute(query).fetchone()[0])
