"""Visitors that speak HTTP to a running site, without a browser."""

import json
import secrets
from urllib.error import HTTPError
from urllib.request import Request, urlopen
from uuid import uuid4


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

    def _post(self, door, body):
        headers = {"Content-Type": "application/json", "Authorization": f"Visitor {self.token}"}
        request = Request(self.url + door, json.dumps(body).encode(), headers)
        try:
            with urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, None
