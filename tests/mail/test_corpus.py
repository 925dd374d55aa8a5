"""Every oddity that a mail can have, and what is to be read from it all the same."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox.connectors.mail.forwards import is_forward, read_forward
from inbox.connectors.mail.reading import read_mail
from inbox.connectors.mail.sanitising import sanitise

CORPUS = Path(__file__).parent / "corpus"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def person(address):
    return {"name": address.name, "address": address.address}


def forwarded(mail):
    """Say whose mail is passed on; None where it is not told, "none" where nothing is."""
    if not is_forward(mail):
        return "none"
    found = read_forward(mail, now=NOW)
    said = {name: getattr(found, name, "") for name in ("subject", "text", "words")}
    return said | {"sender": person(found.sender)} if found else None


READERS = {
    "automatic": lambda mail: mail.automatic,
    "bounce_of": lambda mail: mail.bounce.message_id if mail.bounce else None,
    "bounced": lambda mail: [
        {"address": one.address, "action": one.action, "status": one.status}
        for one in mail.bounce.recipients
    ],
    "cc": lambda mail: [person(one) for one in mail.cc],
    "date": lambda mail: mail.date.isoformat() if mail.date else None,
    "file_count": lambda mail: len(mail.files),
    "forwarded": forwarded,
    "file_names": lambda mail: [file.name for file in mail.files],
    "html": lambda mail: mail.html.strip(),
    "in_reply_to": lambda mail: list(mail.in_reply_to),
    "message_id": lambda mail: mail.message_id,
    "new_text": lambda mail: mail.new_text,
    "problems": lambda mail: list(mail.problems),
    "references": lambda mail: list(mail.references),
    "references_count": lambda mail: len(mail.references),
    "references_first": lambda mail: mail.references[0],
    "references_last": lambda mail: mail.references[-1],
    "reply_to": lambda mail: [person(one) for one in mail.reply_to],
    "sender": lambda mail: person(mail.sender),
    "subject": lambda mail: mail.subject,
    "text": lambda mail: mail.text,
    "to": lambda mail: [person(one) for one in mail.to],
    "verdict": lambda mail: mail.verdict.value,
}
# What is only part of a value.
LOOKERS = {
    "clean_has": lambda mail, said: all(one in sanitise(mail.html) for one in said),
    "clean_lacks": lambda mail, said: not any(one in sanitise(mail.html) for one in said),
    "contains": lambda mail, said: said in mail.text,
    "has_problem": lambda mail, said: said in mail.problems,
    "id_starts": lambda mail, said: mail.message_id.startswith(said),
    "new_contains": lambda mail, said: said in mail.new_text,
    "starts": lambda mail, said: mail.text.startswith(said),
}


def read(name):
    return read_mail((CORPUS / f"{name}.eml").read_bytes(), now=NOW)


@pytest.mark.parametrize("name", sorted(path.stem for path in CORPUS.glob("*.eml")))
def test_mail_is_read_as_expected(name):
    expected = json.loads((CORPUS / f"{name}.json").read_text())
    mail = read(name)

    parts = expected.pop("files", [])
    looked = {key: expected.pop(key) for key in list(expected) if key in LOOKERS}

    assert {key: READERS[key](mail) for key in expected} == expected
    assert {key: LOOKERS[key](mail, said) for key, said in looked.items()} == dict.fromkeys(
        looked, True
    )
    for file, said in zip(mail.files, parts, strict=bool(parts)):
        assert {key: getattr(file, key) for key in said} == said


def test_corpus_is_large_and_complete():
    mails = {path.stem for path in CORPUS.glob("*.eml")}

    assert {path.stem for path in CORPUS.glob("*.json")} == mails
    assert len(mails) >= 80
