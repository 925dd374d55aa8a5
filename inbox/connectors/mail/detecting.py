"""Guess where an address's mail is fetched and sent: what providers say, or the names that servers usually have."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass

from inbox.connectors.base import ConnectorError
from inbox.connectors.reaching import reach, secured

PATIENCE = 4.0  # seconds for one server
ENOUGH = 7.0  # seconds for all of them together
GREETINGS = {"imap": (b"* OK", b"* PREAUTH"), "smtp": (b"220",)}


@dataclass(frozen=True, slots=True)
class Place:
    """A mail server: ``tls`` is from the start, or ``starttls``."""

    host: str
    port: int
    tls: str = "tls"


@dataclass(frozen=True, slots=True)
class Provider:
    """A known one; ``app_password`` if it wants one made for programs, ``oauth`` names it as a service."""

    name: str
    imap: Place
    smtp: Place
    app_password: bool = True
    oauth: str = ""


@dataclass(frozen=True, slots=True)
class Tried:
    """One server that was asked, and what came of it."""

    place: Place
    greeted: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Detected:
    """What was found; a place is None where nobody answered."""

    imap: Place | None
    smtp: Place | None
    provider: Provider | None = None
    tried: tuple[Tried, ...] = ()
    seconds: float = 0


def _known(
    name: str, imap: str, smtp: str, *, starttls: bool = True, app: bool = True, oauth: str = ""
) -> Provider:
    out = Place(smtp, 587, "starttls") if starttls else Place(smtp, 465)
    return Provider(name, Place(imap, 993), out, app, oauth)


GOOGLE = _known("Gmail", "imap.gmail.com", "smtp.gmail.com", oauth="google")
MICROSOFT = _known(
    "Microsoft 365", "outlook.office365.com", "smtp.office365.com", app=False, oauth="microsoft"
)
YAHOO = _known("Yahoo", "imap.mail.yahoo.com", "smtp.mail.yahoo.com", starttls=False)
APPLE = _known("iCloud", "imap.mail.me.com", "smtp.mail.me.com")
AOL = _known("AOL", "imap.aol.com", "smtp.aol.com", starttls=False)
FASTMAIL = _known("Fastmail", "imap.fastmail.com", "smtp.fastmail.com", starttls=False)
GMX = _known("GMX", "imap.gmx.net", "mail.gmx.net", app=False)
WEB_DE = _known("WEB.DE", "imap.web.de", "smtp.web.de", app=False)
TELEKOM = _known(
    "Telekom", "secureimap.t-online.de", "securesmtp.t-online.de", starttls=False, app=False
)
MAIL_RU = _known("Mail.ru", "imap.mail.ru", "smtp.mail.ru", starttls=False)
YANDEX = _known("Yandex", "imap.yandex.com", "smtp.yandex.com", starttls=False)
ZOHO = _known("Zoho", "imap.zoho.com", "smtp.zoho.com", starttls=False)
ORANGE = _known("Orange", "imap.orange.fr", "smtp.orange.fr", starttls=False, app=False)
FREE = _known("Free", "imap.free.fr", "smtp.free.fr", starttls=False, app=False)
SEZNAM = _known("Seznam", "imap.seznam.cz", "smtp.seznam.cz", starttls=False)
PROVIDERS = {
    domain: provider
    for provider, domains in (
        (GOOGLE, "gmail.com googlemail.com"),
        (MICROSOFT, "outlook.com hotmail.com live.com msn.com outlook.de hotmail.co.uk live.co.uk"),
        (YAHOO, "yahoo.com yahoo.de yahoo.fr yahoo.co.uk ymail.com rocketmail.com"),
        (APPLE, "icloud.com me.com mac.com"),
        (AOL, "aol.com"),
        (FASTMAIL, "fastmail.com fastmail.fm"),
        (GMX, "gmx.net gmx.de gmx.at gmx.ch gmx.com"),
        (WEB_DE, "web.de"),
        (TELEKOM, "t-online.de magenta.de"),
        (MAIL_RU, "mail.ru inbox.ru list.ru bk.ru internet.ru"),
        (YANDEX, "yandex.ru yandex.com yandex.kz yandex.by ya.ru"),
        (ZOHO, "zoho.com zohomail.com"),
        (ORANGE, "orange.fr wanadoo.fr"),
        (FREE, "free.fr"),
        (SEZNAM, "seznam.cz email.cz"),
    )
    for domain in domains.split()
}
USUAL = {
    "imap": (("imap.", 993, "tls"), ("mail.", 993, "tls"), ("", 993, "tls"),
             ("imap.", 143, "starttls"), ("mail.", 143, "starttls")),
    "smtp": (("smtp.", 587, "starttls"), ("smtp.", 465, "tls"), ("mail.", 587, "starttls"),
             ("mail.", 465, "tls"), ("", 587, "starttls")),
}  # fmt: skip


def guess(address: str) -> Detected:
    """Say where the mail of an address would be, without asking anybody."""
    domain = address.rpartition("@")[2]
    if provider := PROVIDERS.get(domain):
        return Detected(provider.imap, provider.smtp, provider)
    return Detected(Place(f"imap.{domain}", 993), Place(f"smtp.{domain}", 587, "starttls"))


def detect(address: str, *, is_trusted: bool = False) -> Detected:
    """
    Ask the servers that the domain would have, all at once, and take the first of each that greets us.

    :param is_trusted: whether servers in private networks may be asked.
    """
    known = guess(address)
    if known.provider:
        return known
    began = time.monotonic()
    domain = address.rpartition("@")[2]
    asked = [
        (kind, Place(before + domain, port, tls))
        for kind, usual in USUAL.items()
        for before, port, tls in usual
    ]
    tried = _ask(asked, is_trusted=is_trusted)
    first = {
        kind: next((one.place for (of, _), one in zip(asked, tried, strict=True)
                    if of == kind and one.greeted), None)
        for kind in USUAL
    }  # fmt: skip
    seconds = time.monotonic() - began
    return Detected(first["imap"], first["smtp"], None, tuple(tried), seconds)


def _ask(asked: Sequence[tuple[str, Place]], *, is_trusted: bool) -> list[Tried]:
    # Not waited for: a resolver may take longer than anybody would.
    pool = ThreadPoolExecutor(len(asked), thread_name_prefix="detect")
    futures = [pool.submit(_greeted, kind, place, is_trusted) for kind, place in asked]
    wait(futures, timeout=ENOUGH)
    pool.shutdown(wait=False, cancel_futures=True)
    answers = [f.result() if f.done() and not f.cancelled() else (False, ENOUGH) for f in futures]
    return [Tried(place, *answer) for (_, place), answer in zip(asked, answers, strict=True)]


def _greeted(kind: str, place: Place, is_trusted: bool) -> tuple[bool, float]:
    began = time.monotonic()
    said = b""
    with suppress(OSError, ConnectorError, ValueError):
        said = _greeting(place, is_trusted=is_trusted)
    return said.startswith(GREETINGS[kind]), time.monotonic() - began


def _greeting(place: Place, *, is_trusted: bool) -> bytes:
    line: socket.socket = reach(place.host, place.port, patience=PATIENCE, is_trusted=is_trusted)
    with line:
        if place.tls == "tls":
            line = secured(line, place.host)
        with line, line.makefile("rb") as talk:
            return talk.readline(500)
