"""How whoever has no browser reaches a running site: by requests, and by a line that comes back."""

import json
import random
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from benchmarks.people import Operator
from tests.support.rows import until

PATIENCE = 20  # seconds that a request may take before it is given up and made again
LONGEST = 2.0  # seconds between two tries; a browser waits up to thirty
PING = 25.0


class Refused(Exception):
    """The server answered, and did not want what was asked."""


def ask(site, method, path, body=None, **headers):
    """Return status and answer; status 0 stands for none, such as from a process that was killed."""
    request = Request(site.url + path, body, headers, method=method)
    try:
        return _answer(request)
    except (OSError, EOFError, HTTPException):  # before it answered, or within its answer
        return 0, b""


def _answer(request):
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        return error.code, error.read()


class Person:
    """Somebody who has signed in, with what their browser sends along."""

    def __init__(self, site, name) -> None:
        signed_in = Operator(site, name)
        self.site, self.cookie = site, signed_in.cookie
        self.headers = {
            "Cookie": self.cookie,
            "X-CSRFToken": signed_in._csrf,
            "Origin": site.url,
            "HX-Request": "true",
        }

    def get(self, path):
        return ask(self.site, "GET", path, **self.headers)

    def post(self, path, body):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return ask(self.site, "POST", path, body.encode(), **self.headers, **form)


class Line(threading.Thread):
    """A socket that comes back by itself, on a thread of its own."""

    path: str

    def __init__(self, site, **headers) -> None:
        super().__init__(daemon=True)
        self.site, self.headers = site, headers
        self.is_up, self.times_opened = False, 0
        self.error: Exception | None = None
        self._over = threading.Event()
        self._socket: ClientConnection | None = None

    def __enter__(self):
        self.start()
        until(lambda: self.is_up)
        return self

    def __exit__(self, *_) -> None:
        self._over.set()
        self.drop()
        self.join(PATIENCE)

    def drop(self) -> None:
        """Break the line as a network does; it comes back by itself."""
        if socket := self._socket:
            with suppress(OSError, AttributeError):
                socket.socket.shutdown(2)

    def run(self) -> None:
        attempt = 0
        while not self._over.is_set():
            try:
                with connect(
                    self.site.url.replace("http", "ws") + self.path,
                    origin=self.site.url,
                    additional_headers=self.headers,
                    open_timeout=PATIENCE,
                    ping_interval=None,
                ) as self._socket:
                    attempt = 0
                    self._listen(self._socket)
            except (OSError, EOFError, TimeoutError, WebSocketException):
                pass
            except Exception as error:  # noqa: BLE001 (told by whoever looks at the screen)
                self.error = error
                return
            self.is_up = False
            self.broke()
            most = min(LONGEST, 0.5 * 2**attempt)
            attempt += 1
            self._over.wait(most * random.uniform(0.5, 1))

    def _listen(self, socket) -> None:
        self.opened()
        self.times_opened += 1
        pinged = time.monotonic()
        while not self._over.is_set():
            with suppress(TimeoutError):
                self.hear(json.loads(socket.recv(timeout=0.25)))
            if time.monotonic() - pinged > PING:
                pinged = time.monotonic()
                self.send(ping=1)
            self.idle()

    def send(self, **frame) -> None:
        self._socket.send(json.dumps(frame))

    def fetch(self, path, **headers):
        """Ask until there is an answer."""
        pause = 0.25
        while not self._over.is_set():
            status, answer = ask(self.site, "GET", path, **headers)
            if status == 200:
                return answer.decode()
            if 400 <= status < 500 and status != 429:
                raise Refused(f"{path}: {status} {answer[:200]!r}")
            self._over.wait(pause)
            pause = min(LONGEST, pause * 2)
        raise OSError("It is over.")

    def opened(self) -> None: ...
    def broke(self) -> None: ...
    def idle(self) -> None: ...
