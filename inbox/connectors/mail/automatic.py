"""Was this written by a program? Then nothing of ours answers it by itself (RFC 3834)."""

from __future__ import annotations

import re

from inbox.connectors.mail.addresses import read_addresses
from inbox.connectors.mail.mime import Part
from inbox.connectors.mail.words import header_text

LIST_HEADERS = (
    "list-id", "list-unsubscribe", "list-post", "list-help", "list-subscribe", "list-owner",
    "mailing-list", "x-mailing-list",
)  # fmt: skip
AUTOMATON_HEADERS = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from",
    "x-mail-autoreply", "x-fc-machinegenerated", "x-loop", "x-ms-exchange-inbox-rules-loop",
    "x-ms-exchange-generated-message-source",
)  # fmt: skip
NO = {"", "no", "false", "0"}
BULK = {"bulk", "junk", "list", "auto_reply", "auto-reply"}
MACHINES = re.compile(
    r"(?:mailer-daemon|postmaster|mail-daemon|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?|autoreply"
    r"|auto[-_]?responder)(?:[-+_.=].*)?",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\s*(?:auto(?:matic|mated)?[\s:-]*(?:reply|response)|out of (?:the )?office|on vacation"
    r"|automatische antwort|abwesenheit|r[ée]ponse automatique|absence du bureau|respuesta autom[áa]tica"
    r"|fuera de la oficina|risposta automatica|fuori sede|resposta autom[áa]tica|automatisch antwoord"
    r"|afwezig|autosvar|automatyczna odpowied[źz]|автоответ|автоматический ответ|自动回复|自動返信|自動応答)",
    re.IGNORECASE,
)


def is_automatic(root: Part, subject: str) -> bool:
    """Tell by headers, senders and, as the last resort, the subject."""
    said = _first_word(root, "auto-submitted")
    if said and said != "no":
        return True
    if {_first_word(root, "precedence"), _first_word(root, "x-precedence")} & BULK:
        return True
    if any(root.get(name).strip() for name in LIST_HEADERS):
        return True
    if any(header_text(root.get(name), 40).lower() not in NO for name in AUTOMATON_HEADERS):
        return True
    if b"autoresponder" in root.get("delivered-to").lower():
        return True
    return _is_report(root) or _is_from_machine(root) or bool(ABSENT.match(subject))


def _first_word(root: Part, name: str) -> str:
    return header_text(root.get(name), 60).lower().split(";")[0].split("(")[0].strip()


def _is_report(root: Part) -> bool:
    """Tell notices of delivery and reading, and invitations, from words of a person."""
    if root.content_type == "multipart/report":
        return True
    return any(
        part.content_type == "text/calendar" and "method" in part.parameters for part in root.walk()
    )


def _is_from_machine(root: Part) -> bool:
    """Look at the envelope's sender, where it is known, and at From."""
    paths = root.get_all("return-path")
    if any(path.strip() == b"<>" for path in paths):
        return True
    senders = read_addresses([*paths, *root.get_all("from")]).listed
    return any(MACHINES.fullmatch(one.address.rpartition("@")[0]) for one in senders)


def is_spam(root: Part) -> bool:
    """Take the verdict of whoever received the mail before us."""
    yes = ("x-spam-flag", "x-spam-status", "x-mailgun-sflag", "x-spam", "x-gnd-status")
    if any(
        _first_word(root, name).split(",")[0].strip() in {"yes", "true", "spam"} for name in yes
    ):
        return True
    if _first_word(root, "x-ses-spam-verdict") == "fail":
        return True
    level = re.match(r"\s*(\d+)", header_text(root.get("x-ms-exchange-organization-scl"), 10))
    return level is not None and int(level[1]) >= 5  # noqa: PLR2004
