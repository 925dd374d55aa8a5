"""Odd posts of mail services that prove themselves: what is answered, and what is kept of each."""

import gzip
import json

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.tenancy import scope
from inbox import intake
from inbox.models import Channel, Delivery, MailHook, Message
from tests.mail.posting import ADDRESS, deliveries, make_mail_channel
from tests.mail.test_hooks import RAW, basic, form

JSON, FORM = "application/json", "multipart/form-data; boundary=cut"
GOOD = {"RawEmail": RAW.decode(), "OriginalRecipient": ADDRESS}
NO_JSON, NO_RAW = "This is no JSON.", "Have the raw content included."
NO_FORM = "Have the raw, full MIME message posted."


def said(**changes):
    return json.dumps(GOOD | changes).encode()


# The service, its type of body, the body; the status, how many mails are kept, and what is told.
POSTS = {
    "no body": ("postmark", JSON, b"", 406, 0, NO_JSON),
    "half of one": ("postmark", JSON, said()[:-9], 406, 0, NO_JSON),
    "a list": ("postmark", JSON, b"[]", 406, 0, NO_RAW),
    "null": ("postmark", JSON, b"null", 406, 0, NO_RAW),
    "a number": ("postmark", JSON, b"7", 406, 0, NO_RAW),
    "10,000 deep": ("postmark", JSON, b"[" * 10_000 + b"]" * 10_000, 406, 0, None),
    "100,000 deep": ("postmark", JSON, b'{"a":' * 100_000, 406, 0, NO_JSON),
    "a number of 5,000 digits": ("postmark", JSON, b'{"RawEmail": ' + b"9" * 5000 + b"}", 406, 0, NO_JSON),
    "no UTF-8": ("postmark", JSON, b'{"RawEmail": "\xff\xfe"}', 406, 0, NO_JSON),
    "packed": ("postmark", JSON, gzip.compress(said()), 406, 0, NO_JSON),
    "a number for the mail": ("postmark", JSON, said(RawEmail=5), 406, 0, NO_RAW),
    "a list for the mail": ("postmark", JSON, said(RawEmail=[RAW.decode()]), 406, 0, NO_RAW),
    "a mail of spaces": ("postmark", JSON, said(RawEmail=" \r\n"), 406, 0, "The mail is empty."),
    "another type": ("postmark", "text/plain", said(), 200, 1, ""),
    "a mark of UTF-8 first": ("postmark", JSON, b"\xef\xbb\xbf" + said(), 200, 1, ""),
    "numbers that are none": ("postmark", JSON, said(Attachments=[float("nan"), float("inf")]), 200, 1, ""),
    "a number without end": ("postmark", JSON, said()[:-1] + b', "Size": 1e400}', 200, 1, ""),
    "a name twice": ("postmark", JSON, b'{"RawEmail": "x",' + said()[1:], 200, 1, ""),
    "new fields": ("postmark", JSON, said(Unheard={"of": [1]}), 200, 1, ""),
    "half of a character": ("postmark", JSON, said(Subject="\ud800", OriginalRecipient="\udc00@x"), 200, 1, ""),
    "a NUL for whom": ("postmark", JSON, said(OriginalRecipient="a\x00b@acme.test"), 200, 1, ""),
    "a list for whom": ("postmark", JSON, said(OriginalRecipient=[ADDRESS]), 200, 1, ""),
    "a report of nothing": ("postmark", JSON, b'{"RecordType": "Bounce"}', 200, 0, ""),
    "a report with a NUL": (
        "postmark", JSON, json.dumps({"RecordType": "Bounce", "MessageID": "a\x00", "Email": "\x00",
                                      "Details": "\x00\ud800", "Metadata": {"mail": "\x00"}}).encode(), 200, 0, "",
    ),
    "a report with half of a character": (
        "postmark", JSON, b'{"RecordType": "Bounce", "MessageID": "\\ud800", "Email": "\\udc00"}', 200, 0, "",
    ),
    "a report of odd things": (
        "postmark", JSON, b'{"RecordType": "Delivery", "MessageID": {"a": 1}, "Metadata": [], "Email": 3}', 200, 0, "",
    ),
    "no form": ("sendgrid", "text/plain", b"hello", 406, 0, "This is no form."),
    "a form without a mail": ("sendgrid", FORM, form(text="x"), 406, 0, NO_FORM),
    "an envelope that is none": ("sendgrid", FORM, form(email=RAW, envelope="{"), 406, 0, NO_JSON),
    "an envelope of odd things": (
        "sendgrid", FORM, form(email=RAW, envelope='{"to": [null, 5], "from": {"a": "\\u0000"}}'), 200, 1, "",
    ),
    "an envelope with a NUL": (
        "sendgrid", FORM, form(email=RAW, envelope='{"to": ["\\u0000@x"], "from": "a\\u0000@x"}'), 200, 1, "",
    ),
    "100,000 parts": ("sendgrid", FORM, b"--cut\r\n\r\n" * 100_000, 406, 0, None),
    "a form that breaks off": ("sendgrid", FORM, form(email=RAW)[:-9], 200, 1, ""),
}  # fmt: skip


@pytest.fixture
def logins(workspace, capsys):
    """Set up one channel for each service; return addresses and logins."""
    found: dict[str, tuple[Channel, str, dict[str, str]]] = {}
    for service in ("postmark", "sendgrid"):
        channel = make_mail_channel(workspace, f"{service}@acme.test" if found else ADDRESS)
        words = {"workspace": workspace.slug, "channel": channel.address, "service": service}
        call_command("mail_hook", key="", **words)
        rest = capsys.readouterr().out.strip().partition("://")[2]
        login, _, address = rest.rpartition("@")
        found[service] = (channel, f"/{address.partition('/')[2]}", basic(login))
    return found


def test_odd_posts_are_answered_in_words_and_stop_nothing(workspace, logins):
    wrong = []
    client = Client(raise_request_exception=False)
    for name, (service, kind, body, status, kept, told) in POSTS.items():
        channel, address, headers = logins[service]
        answer = client.post(address, body, content_type=kind, headers=headers)
        made = deliveries(channel)
        detail = answer.json().get("detail", "") if "json" in answer["Content-Type"] else "?"
        if (answer.status_code, len(made)) != (status, kept) or told not in (None, detail):
            wrong.append((name, answer.status_code, len(made), detail))
        for delivery in made:
            intake.ingest(workspace, delivery.pk)
        with scope(workspace):
            if told and not MailHook.objects.filter(channel=channel, refusal=told).exists():
                wrong.append((name, "the page does not tell why"))
            if Message.objects.count() != kept:
                wrong.append((name, "no message came of it"))
            Delivery.objects.all().delete()
            Message.objects.all().delete()

    assert wrong == []
