"""The conversations that the pictures open, told step by step."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

from PIL import Image, ImageDraw

from accounts import courier
from accounts.models import Workspace
from accounts.tenancy import scope
from helpdesk.demo import clock, fill
from helpdesk.demo.people import CHAT as DEMO_CHAT
from helpdesk.demo.plan import Step
from inbox import storage
from inbox.actions import messaging, outgoing, uploads
from inbox.actions.receiving import receive_message
from inbox.connectors.base import IncomingMessage, Sender
from inbox.connectors.webchat import external_id
from inbox.files import Facts
from inbox.models import Conversation
from inbox.tasks import shrink_picture

CHAT = DEMO_CHAT | {"offline": "form", "languages": ["en"]}
ASKED = DEMO_CHAT | {
    "languages": ["en"],
    "asks": {"name": "required", "email": "required", "topic": "optional", "consent": "required"},
    "privacy_url": "https://acme.test/privacy",
    "texts": {
        "en": {
            "greeting": "Dealers' desk",
            "intro": "Prices, stock and parts.",
            "topics": "An order\nSpare parts\nPrices",
        }
    },
}


class Performance(fill._Performance):
    """The demo's, with pictures, replies that fail and replies that wait."""

    def fail(self, step: Step, _: Any) -> None:
        for message in self.queued:
            outgoing.record_failure(message, reason=step.said)
        self.queued = []

    def later(self, step: Step, actor: Any) -> None:
        messaging.send_message(
            self.conversation,
            text=step.said,
            actor=actor,
            client_id=self._new_id(),
            send_at=step.at + timedelta(hours=20),
            is_scheduled=True,
        )


def photograph() -> bytes:
    """Draw what a customer's telephone would have seen: a battery pack on a bench."""
    picture = Image.new("RGB", (1200, 900), "#8a7f70")
    pen = ImageDraw.Draw(picture)
    for y in range(0, 900, 90):
        pen.line((0, y, 1200, y + 30), fill="#7a6f61", width=6)
    pen.rounded_rectangle((210, 250, 1000, 660), 60, fill="#20262a", outline="#3b4449", width=10)
    pen.rounded_rectangle((280, 330, 620, 560), 20, fill="#e8e5da")
    for n, x in enumerate(range(690, 950, 60)):
        pen.ellipse((x, 430, x + 34, 464), fill="#d8402c" if n in {0, 3} else "#4a5358")
    for y, width in ((370, 220), (410, 280), (450, 180), (490, 240)):
        pen.rectangle((310, y, 310 + width, y + 14), fill="#5a615c")
    file = BytesIO()
    picture.save(file, "JPEG", quality=82)
    return file.getvalue()


def send_photo(workspace: Workspace, conversation: Conversation, text: str, at: datetime) -> None:
    """Let the contact send a picture; its bytes are stored between two units of work."""
    data = photograph()
    with Image.open(BytesIO(data)) as picture:
        facts = Facts(len(data), "0" * 64, "image/jpeg", *picture.size)
    with courier.silenced(), clock.moved(at):
        with scope(workspace):
            channel, handle = conversation.channel, conversation.handle
            holder = uploads.holder_of_visitor(channel, handle.value)
            upload = uploads.begin_upload(UUID(int=1), name="pack.jpg", holder=holder)
        storage.save(upload.key, BytesIO(data))
        with scope(workspace):
            uploads.finish_upload(upload, facts)
            said = IncomingMessage(
                external_id=external_id(handle.value, UUID(int=2)),
                sender=Sender(handle.value),
                text=text,
                sent_at=at,
                client_id=UUID(int=2),
                attachments=(upload.public_id,),
            )
            receive_message(channel, said)
        shrink_picture(workspace_id=workspace.pk, attachment_id=upload.pk)
