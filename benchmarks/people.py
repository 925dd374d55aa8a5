"""Operators and visitors as the server meets them: one connection each, no browser."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from http.cookies import SimpleCookie
from urllib.parse import quote, urlencode
from uuid import uuid4

from accounts.redis import client
from tests.support.people import password_of
from tests.support.running import Site

TOKEN = re.compile(
    rb"X-CSRFToken&#34;: &#34;(\w+)|X-CSRFToken\"?:\s*\"(\w+)|csrfmiddlewaretoken\" value=\"(\w+)"
)

IDLE = 3  # seconds, after which the server may have hung up


class Line:
    """A connection that is kept, as browsers keep theirs."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._used = time.monotonic()

    def ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        if time.monotonic() - self._used > IDLE:
            self._connection.close()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        self._used = time.monotonic()
        return answer, said


class Operator:
    """Signed in as one of the first workspace's people; every answer must be a good one."""

    def __init__(self, site: Site, name: str) -> None:
        self.site, self.name = site, name
        self._cookies: dict[str, str] = {}
        self._line, self._csrf = Line(site.port), ""
        self._sign_in()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def get(self, path: str, *, of_page: bool = True) -> bytes:
        """Fetch what a script of the page would fetch, or the page itself."""
        return self._ask("GET", path, None, {"HX-Request": "true"} if of_page else {})

    def post(self, path: str, **said: str) -> bytes:
        headers = {"HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(said), headers)

    def twin(self) -> Operator:
        """Return the same person at another line."""
        other = object.__new__(Operator)
        other.__dict__ = {**self.__dict__, "_cookies": dict(self._cookies)}
        other._line = Line(self.site.port)
        return other

    def _sign_in(self) -> None:
        form = self.get("/accounts/login/", of_page=False)
        self._csrf = _token(form)
        said = {
            "csrfmiddlewaretoken": self._csrf,
            "login": f"{self.name}@acme.test",
            "password": password_of(self.site),
            "next": "/acme/inbox/",
        }
        self._ask(
            "POST",
            "/accounts/login/",
            urlencode(said),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"{self.site.url}/accounts/login/",
            },
        )
        self._csrf = _token(self.get("/acme/inbox/", of_page=False))

    def _ask(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> bytes:
        sent = {
            "Cookie": self.cookie,
            "X-CSRFToken": self._csrf,
            "Origin": self.site.url,
        } | headers
        answer, said = self._line.ask(method, path, body, sent)
        for line in answer.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self._cookies[name] = morsel.value
        if answer.status >= 400:  # noqa: PLR2004
            raise RuntimeError(f"{method} {path}: {answer.status} {said[:300]!r}")
        return said


class Visitor:
    """Somebody on the customer's site, straight through the widget's door."""

    def __init__(self, site: Site) -> None:
        self.token = secrets.token_urlsafe(32)
        self._line = Line(site.port)

    def says(self, text: str) -> None:
        body = json.dumps({"client_id": str(uuid4()), "text": text})
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        answer, said = self._line.ask("POST", "/widget/demo/messages/", body, headers)
        if answer.status != http.HTTPStatus.CREATED:
            raise RuntimeError(f"{answer.status} {said[:300]!r}")


def forget_limits() -> None:
    """All visitors of a measure come from one address, of which a minute takes only so many."""
    for key in client().scan_iter("limit:*"):
        client().delete(key)


def timed(work: Callable[[], object]) -> float:
    """Return the milliseconds that it took."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def repeated(work: Callable[[int], object], times: int, *, first: int = 5) -> list[float]:
    """Return the milliseconds of each time, without the first few, which warm caches."""
    for n in range(first):
        work(n)
    return [timed(lambda n=n: work(n)) for n in range(first, first + times)]  # type: ignore[misc]


def at_once(works: Sequence[Callable[[int], object]], times: int) -> list[float]:
    """Let several do their work at the same time, each so often; return all milliseconds."""
    taken: list[float] = []
    gate = threading.Barrier(len(works))

    def run(work: Callable[[int], object]) -> None:
        gate.wait()
        taken.extend(repeated(work, times, first=2))

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return taken


def address(path: str, **query: str) -> str:
    return f"/acme/{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else "")


def _token(page: bytes) -> str:
    found = TOKEN.search(page)
    if not found:
        raise RuntimeError("This page gives no token.")
    return next(part for part in found.groups() if part).decode()
