"""Give one mail to a mail service, by the backends of django-anymail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.encoders import encode_base64
from email.message import EmailMessage
from email.mime.base import MIMEBase
from typing import Any, cast

from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from inbox.connectors.base import Refusal
from inbox.connectors.mail.composing import POLICY
from inbox.enums import MailService
from inbox.mail_api.line import guard
from inbox.mail_api.trouble import reasons_in, trouble_of

PATIENCE = (10, 60)  # seconds to connect, and for each answer
TEST_PATIENCE = (5, 15)  # while somebody looks on
REFUSED = {"rejected", "invalid", "failed"}
# What the service writes itself, from what it is told beside the headers.
ITS_OWN = {"from", "to", "cc", "bcc", "subject", "reply-to", "date", "mime-version"}
OK = 200


@dataclass(frozen=True, slots=True)
class Sender:
    """A mail service and our account there; with a ``url`` it is elsewhere, and trusted."""

    service: str
    key: str = field(repr=False)
    key_id: str = ""
    domain: str = ""
    region: str = ""
    url: str = ""
    patience: tuple[float, float] = PATIENCE

    @property
    def name(self) -> str:
        return str(MailService(self.service).label)


@dataclass(frozen=True, slots=True)
class Readers:
    """Whom a service is to write to, as they stand in headers."""

    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()  # of all of them


@dataclass(frozen=True, slots=True)
class Given:
    """What the service calls the mail, by reader, and whom it will not write to."""

    names: Mapping[str, str]
    refused: Mapping[str, Refusal]


def give(sender: Sender, raw: bytes, readers: Readers) -> Given:
    """
    Give a mail to the service, and return what it said of each reader.

    :raises TemporaryConnectorError: if it is away, busy, or does not let us in.
    :raises PermanentConnectorError: if it will never take this mail.
    :raises OutcomeUnknown: if it had all of the mail and did not answer.
    """
    mail = _Composed.of(raw, readers)
    mail.metadata = {"mail": mail.local_id}
    if sender.service == MailService.POSTMARK:
        mail.extra_headers["X-PM-KeepID"] = "true"  # or it would make a Message-ID of its own
    if sender.service != MailService.SES:
        mail.track_opens = mail.track_clicks = False  # it must not change what was written
    backend = _backend(sender)
    try:
        backend.open()
        guard(backend, sender)
        backend.send_messages([mail])
    except AnymailRecipientsRefused:
        pass  # what it says of each is read below
    except AnymailError as error:
        raise trouble_of(error, sender.name) from error
    finally:
        backend.close()
    return _given(mail, sender)


def _given(mail: _Composed, sender: Sender) -> Given:
    status = mail.anymail_status
    reasons = reasons_in(status.esp_response)
    code = getattr(status.esp_response, "status_code", OK)
    names, refused = {}, {}
    for address, one in status.recipients.items():
        if one.status in REFUSED:
            said = reasons.get(address.lower()) or reasons.get("") or one.status
            refused[address] = Refusal(f"{sender.name} refused: {said}", is_final=True)
        elif code != OK and one.status == "unknown":  # nobody got it because of another
            said = f"{sender.name} refused: {reasons.get('') or code}"
            refused[address] = Refusal(said, is_final=False)
        elif one.message_id:
            names[address] = one.message_id.strip("<>")
    return Given(names, refused)


class _Composed(EmailMultiAlternatives):
    """
    A mail as we wrote it. Amazon takes it so; the other services are told its pieces.

    ``anymail_status`` is what was said of each reader, when it has been given to a service.
    """

    metadata: dict[str, str]
    track_opens: bool
    track_clicks: bool
    anymail_status: Any

    def __init__(self, written: EmailMessage, **pieces: Any) -> None:
        self.written = written
        super().__init__(**pieces)

    @classmethod
    def of(cls, raw: bytes, readers: Readers) -> _Composed:
        written = cast(EmailMessage, message_from_bytes(raw, policy=cast(Any, POLICY)))
        made = cls(
            written,
            subject=str(written["Subject"] or ""),
            body=_text_of(written, "plain"),
            from_email=str(written["From"]),
            to=list(readers.to),
            cc=list(readers.cc),
            bcc=list(readers.bcc),
            reply_to=[str(one) for one in written.get_all("Reply-To", [])],
            headers={
                name: " ".join(str(value).split())
                for name, value in written.items()
                if name.lower() not in ITS_OWN and not name.lower().startswith("content-")
            },
        )
        if html := _text_of(written, "html"):
            made.attach_alternative(html, "text/html")
        for part in _files_of(written):
            made.attach(part)
        return made

    @property
    def local_id(self) -> str:
        """Its Message-ID before the at sign: some services remember no long words."""
        return str(self.written["Message-ID"]).strip("<> ").partition("@")[0]

    def message(self, **kwargs: Any) -> Any:
        return self.written


def _text_of(written: EmailMessage, kind: str) -> str:
    part = written.get_body((kind,))
    return str(part.get_content()) if part is not None else ""


def _files_of(written: EmailMessage) -> list[MIMEBase]:
    bodies = [written.get_body((kind,)) for kind in ("plain", "html")]
    parts = [part for part in written.walk() if not part.is_multipart() and part not in bodies]
    return [_file(part) for part in parts]


def _file(part: Any) -> MIMEBase:
    made = MIMEBase(part.get_content_maintype(), part.get_content_subtype())
    made.set_payload(part.get_payload(decode=True))
    encode_base64(made)
    kind = part.get_content_disposition() or "attachment"
    made.add_header("Content-Disposition", kind, filename=part.get_filename() or "")
    if part["Content-ID"]:
        made.add_header("Content-ID", str(part["Content-ID"]))
    return made


def _backend(sender: Sender) -> Any:
    options = OPTIONS[MailService(sender.service)](sender)
    made = import_string(
        f"anymail.backends.{MODULES.get(MailService(sender.service), sender.service)}.EmailBackend"
    )
    return made(**options)


def _mailgun(sender: Sender) -> dict[str, Any]:
    said = _by_web(sender, eu="https://api.eu.mailgun.net/v3/")
    return said | {"api_key": sender.key, "sender_domain": sender.domain or None}


def _sendgrid(sender: Sender) -> dict[str, Any]:
    return _by_web(sender, eu="https://api.eu.sendgrid.com/v3/") | {"api_key": sender.key}


def _ses(sender: Sender) -> dict[str, Any]:
    connect, answer = sender.patience
    said = {
        "region_name": sender.region,
        "aws_access_key_id": sender.key_id,
        "aws_secret_access_key": sender.key,
        # Tries are ours, not the library's.
        "config": {
            "connect_timeout": connect,
            "read_timeout": answer,
            "retries": {"total_max_attempts": 1},
        },
    }
    return {"client_params": said | ({"endpoint_url": sender.url} if sender.url else {})}


def _by_web(sender: Sender, eu: str = "") -> dict[str, Any]:
    url = sender.url or (eu if sender.region == "eu" else "")
    return {"timeout": sender.patience} | ({"api_url": url} if url else {})


MODULES = {MailService.SES: "amazon_ses"}
OPTIONS: dict[MailService, Callable[[Sender], dict[str, Any]]] = {
    MailService.MAILGUN: _mailgun,
    MailService.MANDRILL: lambda sender: _by_web(sender) | {"api_key": sender.key},
    MailService.POSTMARK: lambda sender: _by_web(sender) | {"server_token": sender.key},
    MailService.SENDGRID: _sendgrid,
    MailService.SES: _ses,
}
