"""One knock at one door: what is answered, and what it changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.redis import client as redis
from tests.access.digest import changed, undone
from tests.access.people import Person
from tests.access.rules import Call, Door
from tests.access.world import Place, World

PART = re.compile(r"<(?:\w+:)?(\w+)>")
FORM = "application/x-www-form-urlencoded"
CSRF = re.compile(r"[A-Za-z0-9]{64}")
HTMX = {"HX-Request": "true"}
LENIENT = Client(raise_request_exception=False)
STRICT = Client(raise_request_exception=False, enforce_csrf_checks=True)


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    location: str
    changes: frozenset[str]
    cached: bool  # a browser or proxy may keep it
    challenge: str
    headers: Mapping[str, str]
    cookies: Mapping[str, Any]
    fault: str = ""

    @property
    def code(self) -> str:
        """The word by which an API refuses; its answer holds that and a sentence, no more."""
        said = json.loads(self.text)
        return str(said["code"]) if set(said) == {"code", "detail"} else ""

    def __str__(self) -> str:
        return f"{self.status}{' ' + self.fault if self.fault else ''}"


def _body(response: Any) -> bytes:
    return b"".join(response) if response.streaming else response.content


def ask(
    world: World,
    method: str,
    address: str,
    *,
    cookie: str | None = None,
    body: Any = None,
    is_json: bool = False,
    headers: Mapping[str, str] | None = None,
    client: Client = LENIENT,
) -> Answer:
    """Knock, look what changed, and take it back."""
    client.cookies.clear()
    if cookie:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    redis().flushdb()  # the limits
    cache.clear()
    mail.outbox.clear()
    said = "" if body is None else json.dumps(body) if is_json else urlencode(body, doseq=True)
    with undone():
        response = client.generic(
            method,
            address,
            said,
            content_type="application/json" if is_json else FORM,
            headers=dict(headers or {}),
        )
        changes = changed(world.before)
    fault = getattr(response, "exc_info", None)
    return Answer(
        response.status_code,
        _body(response).decode(errors="replace"),
        response.get("Location", ""),
        frozenset(changes | ({"mail"} if mail.outbox else set())),
        cached="no-store" not in response.get("Cache-Control", ""),
        challenge=response.get("WWW-Authenticate", ""),
        headers=dict(response.headers),
        cookies=dict(response.cookies),
        fault=repr(fault[1]) if fault else "",
    )


def examples(door: Door, call: Call | None) -> dict[str, str]:
    """Name which example stands for each part of an address."""
    return {"number": "open", **door.of, **(call.of if call else {})}


def fill(
    door: Door,
    call: Call | None,
    place: Place,
    *,
    person: Person | None = None,
    is_blind: bool = False,
    **instead: Any,
) -> str:
    """Return a door's address with a place's own numbers in it, or a person's."""
    named = examples(door, call)

    def part(match: re.Match[str]) -> str:
        name = match[1]
        if name in instead:
            return str(instead[name])
        example = named[name]
        if example.startswith("my_") or example in place.ids:
            return str(place.id_of(example, person, is_blind=is_blind))
        return str(getattr(place, example, example))

    return PART.sub(part, door.route) + (call.query if call else "")


def body_of(call: Call | None, place: Place) -> dict[str, Any]:
    """Return an example's body; ``{team}`` is that team's id."""
    return {name: _filled(said, place) for name, said in call.body.items()} if call else {}


def _filled(said: Any, place: Place) -> Any:
    if isinstance(said, list):
        return [_filled(one, place) for one in said]
    if isinstance(said, str) and (match := re.fullmatch(r"\{(\w+)\}", said)):
        return place.ids.get(match[1]) or getattr(place, match[1])
    return said


def alike(answer: Answer, *names: object) -> tuple[int, str, str]:
    """Reduce an answer to what may not tell one thing that is not there from another."""
    text, location = CSRF.sub("", answer.text), answer.location
    for name in sorted(map(str, names), key=len, reverse=True):
        text, location = (re.sub(rf"\b{name}\b", "X", said) for said in (text, location))
    return answer.status, text, location
