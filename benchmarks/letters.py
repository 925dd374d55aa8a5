"""Mails as they are: three kilobytes of headers and words; some have HTML or a file."""

from __future__ import annotations

import random
from collections.abc import Iterator

WORDS = [
    "bell",
    "order",
    "wheel",
    "late",
    "refund",
    "address",
    "invoice",
    "broken",
    "thanks",
    "brake",
    "chain",
    "colour",
]
PEOPLE = 97


def some_mail(number: int, chance: random.Random, *, answers: int | None = None) -> bytes:
    """Write one; its text begins with its number."""
    lines = [f"This is measured {number} of many."]
    lines += [" ".join(chance.choices(WORDS, k=12)) + "." for _ in range(chance.randrange(3, 20))]
    hops = [
        f"Received: from mx{hop}.example.test by mx; Sat, 21 Nov 2026 12:00:0{hop} +0000"
        for hop in range(4)
    ]
    head = [
        *hops,
        f"From: Person {number % PEOPLE} <person{number % PEOPLE}@example.test>",
        "To: support@acme.test",
        f"Subject: {' '.join(chance.choices(WORDS, k=4))}",
        f"Message-ID: <{number}.bench@example.test>",
        "Date: Sat, 21 Nov 2026 12:00:00 +0000",
        f"DKIM-Signature: v=1; a=rsa-sha256; d=example.test; b={'x' * 340}",
        "MIME-Version: 1.0",
    ]
    if answers is not None:
        head += [f"In-Reply-To: <{answers}.bench@example.test>"]
        lines += ["", "On Friday Support wrote:", *(f"> {line}" for line in lines)]
    text = "\r\n".join(lines)
    others = {
        1: ("alternative", "text/html", f"<p>{text}</p>"),
        2: ("alternative", "text/html", f"<div>{text}</div>"),
        3: (
            "mixed",
            "application/pdf\r\nContent-Disposition: attachment; filename=a.pdf"
            "\r\nContent-Transfer-Encoding: base64",
            "QUJD" * 5_000,
        ),
    }
    if other := others.get(number % 5):
        kind, content_type, content = other
        head.append(f"Content-Type: multipart/{kind}; boundary=b")
        text = f"--b\r\n\r\n{text}\r\n--b\r\nContent-Type: {content_type}\r\n\r\n{content}\r\n--b--"
    return ("\r\n".join(head) + "\r\n\r\n" + text).encode()


def mails_of(count: int) -> Iterator[bytes]:
    """Write so many; one in three begins a conversation, the others answer earlier ones."""
    chance = random.Random(count)
    for number in range(count):
        first = number - PEOPLE * (number // PEOPLE)
        answers = first if number % 3 and number >= PEOPLE else None
        yield some_mail(number, chance, answers=answers)
