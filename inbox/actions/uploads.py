"""Files on their way into a message: begun, stored, sent with it or forgotten."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from inbox import events
from inbox.connectors.mail.bodies import File
from inbox.enums import EventKind, MessageKind
from inbox.files import Facts, clean_name
from inbox.models import Attachment, Channel, Conversation, Message
from inbox.models.attachment import AttachmentQuerySet
from inbox.models.message import with_files

SHRINKING = timedelta(minutes=1)  # that one attempt at a small picture may take
MOST_ATTEMPTS = 3
DESCRIBED = ["size", "sha256", "content_type", "width", "height", "stored_at", "thumbnail_due_at"]


class UnknownUpload(DomainError):
    code: ClassVar[str] = "unknown_attachment"
    status: ClassVar[int] = 422


class TooManyFiles(DomainError):
    code: ClassVar[str] = "too_many_attachments"
    status: ClassVar[int] = 422


class UploadTaken(DomainError):
    code: ClassVar[str] = "attachment_taken"


def holder_of_member(member: Membership | None) -> str:
    """Name who uploads here; None is a token of the workspace's own."""
    return f"member {member.pk}" if member else "workspace"


def holder_of_visitor(channel: Channel, handle_value: str) -> str:
    return f"visitor {channel.pk} {handle_value}"


def begin_upload(
    public_id: UUID,
    *,
    name: str,
    holder: str,
    conversation: Conversation | None = None,
    meant_for: str = "",
    is_inline: bool = False,
) -> Attachment:
    """
    Write down that a file is coming; one that has come before is returned as it is.

    :raises UploadTaken: if somebody else's file has this id.
    """
    known = Attachment.objects.stored().filter(public_id=public_id).first()
    if known is None:
        return Attachment.objects.create(
            public_id=public_id,
            name=clean_name(name),
            holder=holder,
            conversation=conversation,
            meant_for=meant_for,
            is_inline=is_inline,
        )
    if (known.holder, known.conversation_id) != (holder, conversation and conversation.pk):
        raise UploadTaken(_("Another file has this id. Choose a new one."))
    return known


def expect_files(files: Sequence[File]) -> list[Attachment]:
    """Write down which files a mail has brought, before they are stored."""
    rows = [
        Attachment(
            name=clean_name(file.name),
            holder="mail",
            is_inline=file.inline,
            content_id=file.content_id[:255],
        )
        for file in files
    ]
    return Attachment.objects.bulk_create(rows)


def expect_raw(count: int) -> list[Attachment]:
    """Write down that files of whole mails are about to be stored, so that none is left over."""
    return Attachment.objects.bulk_create(
        Attachment(name="mail.eml", holder="mail") for _ in range(count)
    )


def settle_raw(uploads: Sequence[Attachment]) -> None:
    """Note that deliveries name these files from now on, in the transaction that makes them do so."""
    gone, _ = Attachment.objects.filter(pk__in=[one.pk for one in uploads], stored_at=None).delete()
    if gone != len(uploads):
        raise RuntimeError("A mail's file was swept away before it was entered.")


def describe_upload(upload: Attachment, facts: Facts) -> Attachment:
    """Say of a file that it is stored, and what it is; whoever attaches it to a message saves that."""
    now = timezone.now()
    upload.size, upload.sha256, upload.content_type = facts.size, facts.sha256, facts.content_type
    upload.width, upload.height, upload.stored_at = facts.width, facts.height, now
    upload.thumbnail_due_at = now if upload.is_picture else None
    return upload


def finish_upload(upload: Attachment, facts: Facts) -> Attachment:
    """Note that a file is stored; of one file sent twice at once, the first counts."""
    try:
        with transaction.atomic():
            describe_upload(upload, facts).save(update_fields=DESCRIBED)
    except IntegrityError:
        drop_upload(upload)
        return Attachment.objects.stored().get(public_id=upload.public_id)
    return upload


def drop_upload(upload: Attachment) -> None:
    """Let nobody send a file any more; the clock removes it. What was sent stays."""
    Attachment.objects.filter(pk=upload.pk, message=None).update(
        holder="", stored_at=None, thumbnail_due_at=None
    )


def take_uploads(
    ids: Sequence[UUID], *, holder: str, conversation: Conversation, kind: MessageKind
) -> list[Attachment]:
    """
    Lock the files that a message is about to carry, in the order of ``ids``.

    :raises UnknownUpload: if one is not the holder's, not for this conversation, or sent before.
    :raises TooManyFiles: if one message cannot carry so many.
    """
    if not ids:
        return []
    # What a platform brings is not ours to refuse.
    if kind != MessageKind.INCOMING and len(ids) > settings.ATTACHMENTS_PER_MESSAGE:
        most = settings.ATTACHMENTS_PER_MESSAGE
        raise TooManyFiles(
            _("A message carries %d files at most. Send the rest in another one.") % most
        )
    here = Q(conversation=None) | Q(conversation=conversation.pk)
    mine = Attachment.objects.unsent(holder).filter(here, meant_for__in=["", kind])
    locked = mine.filter(public_id__in=ids).select_for_update().order_by("pk")
    found = {upload.public_id: upload for upload in locked}
    if set(found) != set(ids) or len(found) != len(ids):
        raise UnknownUpload(_("One of the files is gone or was sent already. Attach it again."))
    return [found[public_id] for public_id in ids]


def attach(uploads: Sequence[Attachment], message: Message) -> None:
    """Make files the message's own."""
    if not uploads:
        return
    changed = [*DESCRIBED, "is_inline", "content_id", "message", "position", "conversation"]
    for position, upload in enumerate(uploads):
        upload.message, upload.position = message, position
        upload.conversation_id = message.conversation_id
        upload.save(update_fields=changed)  # of two files, two plain statements cost less than one
    message.carry(attachments=uploads)


def detach(message: Message, *, holder: str) -> None:
    """Make a message's files somebody's uploads again, as if they had just come."""
    if not message.has_attachments:
        return
    given = {"holder": holder, "created_at": timezone.now(), "meant_for": MessageKind.OUTGOING}
    message.attachments.update(message=None, **given)


def claim_shrinking(attachment_id: int) -> Attachment | None:
    """Take a picture that waits for a small one, unless somebody else has it."""
    now = timezone.now()
    waiting = Attachment.objects.stored().filter(pk=attachment_id, thumbnail_due_at__lte=now)
    picture = waiting.select_for_update(skip_locked=True).first()
    if picture is None:
        return None
    again = now + SHRINKING if picture.thumbnail_attempts + 1 < MOST_ATTEMPTS else None
    waiting.update(thumbnail_due_at=again, thumbnail_attempts=F("thumbnail_attempts") + 1)
    return picture


def record_broken(picture: Attachment) -> None:
    """Note that what called itself a picture is just a file."""
    rows = Attachment.objects.filter(pk=picture.pk)
    rows.update(width=None, height=None, thumbnail_due_at=None)
    _redraw(rows)


def record_thumbnail(picture: Attachment) -> None:
    """Note that there is a small picture."""
    rows = Attachment.objects.filter(pk=picture.pk)
    rows.update(thumbnail_key=picture.small_key, thumbnail_due_at=None)
    _redraw(rows)


def claim_forgetting(attachment_id: int) -> Attachment | None:
    """Take a file that no message carries, so that none ever will."""
    for upload in Attachment.objects.select_for_update().filter(pk=attachment_id, message=None):
        drop_upload(upload)
        return upload
    return None


def _redraw(rows: AttachmentQuerySet) -> None:
    """Draw the message again that carries a file, after the file's row was changed."""
    # The change waits for a message that is taking the file right now, so we miss none.
    for message in with_files(Message.objects.filter(attachments__in=rows).for_timeline()):
        conversation = Conversation.locked(message.conversation_id)
        events.record(EventKind.ATTACHMENT_SHRUNK, conversation, actor=None, messages=[message])
