"""Whatever comes, reading a mail ends, soon, with something that can be kept and shown."""

import time
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox.connectors.mail.reading import read_mail
from inbox.connectors.mail.sanitising import sanitise

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CORPUS = [path.read_bytes() for path in sorted((Path(__file__).parent / "corpus").glob("*.eml"))]
LINES = sorted({line for raw in CORPUS for line in raw[:20_000].split(b"\n")})
ENDURED = 10  # seconds, for the worst that somebody could send


def keepable(text):
    return "\x00" not in text and text.encode("utf-8").decode() == text


def assert_is_whole(mail):
    words = [mail.subject, mail.text, mail.new_text, mail.html, mail.sender.name, mail.message_id]
    assert all(keepable(word) for word in words)
    assert all(keepable(file.name) and "/" not in file.name for file in mail.files)
    assert mail.message_id or not mail.is_readable
    assert all("\n" not in one.name for one in (*mail.to, *mail.cc, mail.sender))
    assert "\n" not in mail.subject


class Watching(HTMLParser):
    """Lists what HTML holds; the order of attributes says nothing."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, sorted(attrs)))

    def handle_endtag(self, tag):
        self.seen.append((tag,))

    def handle_data(self, data):
        self.seen.append(data)


def events_of(html):
    watching = Watching()
    watching.feed(html)
    watching.close()
    return watching.seen


@st.composite
def spoilt_mails(draw):
    raw = draw(st.sampled_from(CORPUS))[:50_000]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        to = min(len(raw), at + draw(st.integers(0, 300)))
        put = draw(
            st.one_of(st.binary(max_size=40), st.sampled_from(LINES).map(lambda x: x + b"\n"))
        )
        raw = raw[:at] + put + (raw[to:] if draw(st.booleans()) else raw[at:])
    return raw


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt_mails())
def test_spoilt_mail_is_read(raw):
    assert_is_whole(read_mail(raw, now=NOW))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.binary(max_size=80)), max_size=60))
def test_lines_of_many_mails_are_read(lines):
    assert_is_whole(read_mail(b"\n".join(lines), now=NOW))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(
    ["<p>", "</p>", "<scr", "<script>", "ipt>", "x", "<img src=", "'", '"', "cid:a", "javascript:",
     "<svg", " onload=x", ">", "<math><mi>", "<style>", "</style>", "<a href=", "&#106;avascript:",
     "<!--", "-->", "<![CDATA[", "]]>", "<noscript>", "style='color:red;position:fixed'"]
), max_size=40).map("".join))  # fmt: skip
def test_sanitised_html_stays_as_it_is(html):
    once = sanitise(html)

    assert events_of(sanitise(once)) == events_of(once)
    assert "<script" not in once.lower()
    assert "<svg" not in once.lower()


@pytest.mark.parametrize(
    "raw",
    [
        b"From: " + b"(" * 200_000 + b"\n\nhi",
        b"From: " + b"<" * 200_000 + b"\n\nhi",
        b"From: " + b'"' * 200_001 + b"\n\nhi",
        b"To: " + b", ".join(b"u%d@example.test" % i for i in range(20_000)) + b"\n\nhi",
        b"References: " + b"<a@b> " * 20_000 + b"\n\nhi",
        b"Subject: " + b"=?utf-8?Q?=C3?= " * 50_000 + b"\n\nhi",
        b"Subject: " + b"x" * 5_000_000 + b"\n\nhi",
        b"Content-Type: text/html\n\n" + b"<div>" * 20_000 + b"hi",
        b"Content-Type: text/html\n\n" + b"<a <![ " * 100_000,
        b"Content-Type: text/html\n\n" + b"<blockquote>" * 5_000 + b"hi",
        b"Content-Type: text/plain\n\n" + b"On " * 300_000,
        b"Content-Type: text/plain\n\n" + b"a:\n" * 300_000,
        b"Content-Type: text/plain\n\n" + (b"<a@b" * 120 + b":\n") * 9_000,
        b"Content-Type: text/plain\n\n" + b"> a\nOn 1 x wrote:\n" * 50_000,
        b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 100_000,
        b"Content-Type: multipart/mixed; " + b"a=" * 100_000 + b"\n\nhi",
        b"x: y\n" * 100_000,
        b" " * 5_000_000 + b"x",
        b"\n".join([b"Content-Type: multipart/mixed; boundary=b", b"", *[b"-" * 70] * 100_000]),
        b"From: a@b" + b" " * 300_000 + b"@\n\nhi",
        b"In-Reply-To: " + b"a" * 300_000 + b"\n\nhi",
        b"Return-Path: <>\nSubject: undelivered\nFrom: postmaster@a.test\n\nhi" + b"\n" * 300_000,
        b"Content-Type: text/enriched\n\n" + b"<param>" * 100_000,
    ],
    ids=range(23),
)
def test_mail_made_to_be_slow_is_not(raw):
    before = time.process_time()

    mail = read_mail(raw, now=NOW)
    sanitise(mail.html)

    assert time.process_time() - before < ENDURED
    assert_is_whole(mail)
