"""Visitors without a browser: of the site under test, and of one that runs."""

import json
import secrets
import time
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4

from django.test import Client

from tests import factories

LONGEST = 2.0  # seconds between two tries; the widget waits up to thirty


class HttpVisitor:
    """Says things as the widget does: again, with the same id, until it is acknowledged."""

    def __init__(self, site, key="demo"):
        self.url = f"{site.url}/widget/{key}/"
        self.token = secrets.token_urlsafe(32)
        self.statuses = []

    def say(self, text, *, tries=5):
        said = {"client_id": str(uuid4()), "text": text}
        for _ in range(tries):
            status, answer = self._post("messages/", said)
            self.statuses.append(status)
            if status < 300:
                return answer
        raise AssertionError(f"{text!r} was never acknowledged: {self.statuses}")

    def insist(self, text, *, seconds=180):
        """Say it, as the widget does, until it is acknowledged or refused for good."""
        said, attempt = {"client_id": str(uuid4()), "text": text}, 0
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            status, answer = self._post("messages/", said)
            self.statuses.append(status)
            if status in {200, 201}:
                return answer
            if not (status in {0, 408, 429} or status >= 500):
                break
            time.sleep(min(LONGEST, 0.25 * 2**attempt))
            attempt += 1
        raise AssertionError(f"{text!r} was never acknowledged: {self.statuses[-20:]}")

    def _post(self, door, body):
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        request = Request(self.url + door, json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, None
        except (OSError, EOFError, ValueError, HTTPException):  # killed before or within its answer
            return 0, None


class Visitor:
    """A browser that holds a token, without cookies."""

    def __init__(self, channel, token=None):
        self.channel, self.token, self.client = channel, token or factories.new_token(), Client()

    def ask(self, method, door, body=None, **headers):
        headers.setdefault("Authorization", f"Visitor {self.token}")
        return self.client.generic(
            method,
            f"/widget/{self.channel.key}/{door}",
            body if isinstance(body, bytes) else json.dumps(body or {}),
            content_type=headers.pop("content_type", "application/json"),
            headers=headers,
        )

    def say(self, text="Hello", client_id=None, **fields):
        return self.ask(
            "POST", "messages/", {"client_id": str(client_id or uuid4()), "text": text} | fields
        )

    def history(self, after=0):
        return self.ask("GET", f"conversation/?after={after}").json()
