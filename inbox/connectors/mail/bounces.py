"""Notices that a mail did not arrive (RFC 3464), and the many that follow no standard."""

from __future__ import annotations

import re
from dataclasses import dataclass

from inbox.connectors.mail.addresses import read_addresses, valid_address
from inbox.connectors.mail.ids import read_ids
from inbox.connectors.mail.mime import Part, read_headers
from inbox.connectors.mail.words import header_text

MOST_RECIPIENTS = 50
ORIGINAL_ID = re.compile(rb"^[> \t]*Message-ID:\s*(<[^<>\r\n]+>)", re.IGNORECASE | re.MULTILINE)
SAID = re.compile(
    r"undeliver|delivery (?:status|notification|failure|problem|error|has failed|report|incomplete|delayed)|failure notice"
    r"|returned mail|mail (?:delivery|failure|system error)|(?:not|n't|unable to) (?:be )?deliver|warning: .*delay"
    r"|non recapitabile|mancat[oa] (?:recapito|consegna)|impossibile (?:recapitare|consegnare)|unzustellbar|nicht (?:zugestellt|zustell)"
    r"|zustellung (?:fehlgeschlagen|verz)|unzustellbarkeit|non remis|non distribu|[ée]chec de (?:la )?(?:remise|distribution)"
    r"|no se (?:ha |puede |pudo )?(?:podido|entreg)|no entregad|onbestelbaar|niet (?:bezorgd|afgeleverd)"
    r"|n[ãa]o (?:foi |[ée] )?(?:poss[íi]vel )?entreg|falha na entrega|nie mo[żz]na dostarczy|niedostarcz|nedoru[čc]iteľ?l?n"
    r"|k[ée]zbes[íi]thetetlen|kan (?:inte|ikke) lever|ej levererat|ikke lever|ei voitu toimittaa|teslim edileme"
    r"|не доставлен|недоставлен|не уда(?:ло|[её]т)ся доставить|не вдалося доставити|无法(?:送达|传递|投递)|退信|無法(?:傳遞|送達)"
    r"|配信(?:不能|できません)|送信できません|배달(?:되지|할 수)|반송",
    re.IGNORECASE,
)
DELAYED = re.compile(
    r"delay|verz[öo]ger|retard|retras|ritard|vertraag|opóźni|задерж|затрим", re.IGNORECASE
)
GIVEN_UP = re.compile(r"given up|giving up|permanent|not going to try|final", re.IGNORECASE)
FAILED_CODE = re.compile(r"\b([45]\.\d{1,3}\.\d{1,3})\b")
GIVEN_BACK = {
    "message/rfc822", "message/global", "message/partial", "message/rfc822-headers",
    "message/global-headers", "text/rfc822-headers",
}  # fmt: skip
ADDRESS = re.compile(r"<?(?<![^\s<>:;,\"])([^\s<>:;,\"]+@[^\s<>:;,\"]+)>?")


@dataclass(frozen=True, slots=True)
class Recipient:
    """What became of a mail to one address; ``status`` is that of RFC 3463, such as 5.1.1."""

    address: str
    action: str = ""
    status: str = ""
    said: str = ""

    @property
    def is_final(self) -> bool:
        """Tell a refusal from a delay."""
        return self.action == "failed" and not self.status.startswith("4")


@dataclass(frozen=True, slots=True)
class Bounce:
    """Which mail did not arrive, by its Message-ID if the notice tells, and for whom."""

    message_id: str
    recipients: tuple[Recipient, ...]


def read_bounce(root: Part, *, sender: str, subject: str) -> Bounce | None:
    """Return what a notice of failure says, or None if the mail is none."""
    statuses = [part for part in root.walk() if part.content_type == "message/delivery-status"]
    recipients = tuple(one for part in statuses for one in _recipients(part))
    if recipients:
        failing = tuple(one for one in recipients if one.action in {"failed", "delayed", ""})
        return Bounce(_original_id(root), failing) if failing else None
    if not _looks_like_one(root, sender, subject):
        return None
    return Bounce(_original_id(root), _guessed(root, subject))


def _recipients(part: Part) -> list[Recipient]:
    """Read a group of fields for each recipient; the first group is about the mail itself."""
    found: list[Recipient] = []
    for group in re.split(rb"\r?\n\s*\r?\n", part.content.data)[: MOST_RECIPIENTS + 2]:
        fields = dict(reversed(read_headers(group + b"\n", 0, len(group) + 1)[0]))
        named = fields.get("final-recipient") or fields.get("original-recipient")
        if named is None:
            continue
        address = header_text(named, 300).rpartition(";")[2].strip().strip("<>")
        status = FAILED_CODE.search(header_text(fields.get("status", b""), 100))
        said = header_text(fields.get("diagnostic-code", b""), 1_000)
        action = header_text(fields.get("action", b""), 40).lower()
        found.append(Recipient(valid_address(address), action, status[1] if status else "", said))
    return found


def _original_id(root: Part) -> str:
    """Find the id of the mail that did not arrive, in what the notice gives back of it."""
    for part in root.walk():
        named = b"" if part is root else part.get("message-id")
        if part.content_type in GIVEN_BACK:
            data = part.content.data.lstrip()
            named = dict(reversed(read_headers(data, 0, len(data))[0])).get("message-id", b"")
        if ids := read_ids([named]):
            return ids[0]
    said = [part for part in root.walk() if part.content_type == "text/plain" and not part.parts]
    for part in said:
        found = ORIGINAL_ID.search(part.content.data[:200_000])
        if found:
            return read_ids([found[1]])[0]
    # Some answer as a mail program would.
    ids = read_ids([root.get("in-reply-to")]) or read_ids([root.get("references")])
    return ids[-1] if ids else ""


def _looks_like_one(root: Part, sender: str, subject: str) -> bool:
    if root.get("x-failed-recipients"):
        return True
    if root.content_type == "multipart/report":
        return root.parameters.get("report-type", "").lower() == "delivery-status"
    local = sender.partition("@")[0].lower()
    from_daemon = local in {"mailer-daemon", "postmaster", "mail-daemon"} or (
        root.get("return-path").strip() == b"<>"
    )
    return from_daemon and bool(SAID.search(subject))


def _guessed(root: Part, subject: str) -> tuple[Recipient, ...]:
    """Read the recipients of a notice that is made for people only."""
    named = header_text(root.get("x-failed-recipients"), 2_000)
    text = next(
        (part for part in root.walk() if part.content_type == "text/plain" and not part.parts), None
    )
    words = text.content.data[:20_000].decode("utf-8", "replace") if text else ""
    # The notice names the one it is written to as well, as the sender of the mail.
    own = {one.address for one in read_addresses(root.get_all("to")).listed}
    told = [one for one in map(valid_address, ADDRESS.findall(words)) if one and one not in own]
    status = FAILED_CODE.search(words)
    code = status[1] if status else ""
    is_delayed = (code.startswith("4") and not GIVEN_UP.search(words)) or DELAYED.search(subject)
    addresses = [one for one in map(valid_address, ADDRESS.findall(named)) if one] or told[:1]
    return tuple(
        Recipient(one, "delayed" if is_delayed else "failed", code, _line_with(words, code))
        for one in addresses
    )


def _line_with(words: str, code: str) -> str:
    return next((line.strip() for line in words.splitlines() if code and code in line), "")[:1_000]
