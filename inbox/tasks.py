"""Work for workers and the clock. A row is the work; a message names it."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from io import BytesIO
from itertools import groupby
from typing import Any

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError
from django.db.models import Manager
from django.utils import timezone

from accounts.follow_ups import follow_up_task, is_backed_up, ring
from accounts.limits import TooMany, spend
from accounts.models import Event, Membership, Workspace
from accounts.tenancy import attempt, scope, scope_of
from inbox import doors, intake, live, presence, storage, viewing
from inbox.actions import contacts, outgoing, teams, uploads
from inbox.actions.lifecycle import NotSnoozed, wake_conversation
from inbox.actions.mail_grants import distrust
from inbox.actions.mail_outcomes import record_outcome
from inbox.actions.mail_replies import prepare_mail
from inbox.connectors.base import (
    OutgoingFile,
    OutgoingMessage,
    PermanentConnectorError,
    RecipientsRefused,
    TemporaryConnectorError,
)
from inbox.connectors.mail.sending import TokenRefused
from inbox.enums import ChannelKind
from inbox.mail_server import connector_of
from inbox.models import Attachment, Conversation, Delivery, Message, VisitorSession
from inbox.pictures import NoPicture, shrink

logger = logging.getLogger(__name__)

MOST = 500  # rows a sweeper takes at once
DELIVERIES_KEPT = timedelta(days=30)
UPLOADS_KEPT = timedelta(days=1)


@follow_up_task
def note_contact_heard(event: Event) -> None:
    """After a message was received: when and where its contact wrote, unless a program did."""
    if event.data.get("automatic"):
        return
    told = Conversation.objects.only("contact", "channel")
    contacts.note_heard(
        told.get(pk=event.subject_id),
        at=event.at,
        page_url=event.data.get("page_url", ""),
        page_title=event.data.get("page_title", ""),
    )


@follow_up_task
def close_sockets(event: Event) -> None:
    """After rights changed: those people's screens come back with what they may see now."""
    people = event.data.get("people", [event.subject_id])
    for member in Membership.objects.filter(pk__in=people):
        live.revoke(member)


@follow_up_task
def hand_back_conversations(event: Event) -> None:
    """After a person was removed: nobody is responsible for what they had to answer."""
    member = Membership.objects.get(pk=event.subject_id)
    teams.hand_back_conversations(member, actor=event.actor)


@shared_task
def show_availability(*, workspace_id: int, event_id: int) -> None:
    """Tell the screens who went away or came back; what is true now is on the membership."""
    with scope(Workspace.objects.get(pk=workspace_id)):
        member = Membership.objects.get(pk=Event.objects.get(pk=event_id).subject_id)
    presence.show_availability(workspace_id, member)


@shared_task
def send_queued(*, workspace_id: int, event_id: int) -> None:
    """Carry the messages that an event has queued to their platform."""
    workspace = Workspace.objects.get(pk=workspace_id)
    with scope(workspace):
        event = Event.objects.get(pk=event_id)
    for message_id in event.data["messages"]:
        deliver(workspace, message_id)


@shared_task
def send_message(*, workspace_id: int, message_id: int) -> None:
    """Carry one queued message to its platform."""
    deliver(Workspace.objects.get(pk=workspace_id), message_id)


@shared_task
def ingest_delivery(*, workspace_id: int, delivery_id: int) -> None:
    """Understand one delivery that waits in the ledger."""
    intake.ingest(Workspace.objects.get(pk=workspace_id), delivery_id)


@shared_task
def shrink_picture(*, workspace_id: int, attachment_id: int) -> None:
    """Make the small picture that screens show."""
    workspace = Workspace.objects.get(pk=workspace_id)
    with scope(workspace):
        picture = uploads.claim_shrinking(attachment_id)
    if picture is None:
        return
    try:
        with storage.piece(picture.key, 0, picture.size) as large:
            small = shrink(large)
    except NoPicture as error:
        logger.info("Attachment %s is no picture: %s", picture, error)
        with scope(workspace):
            uploads.record_broken(picture)
        return
    storage.save(picture.small_key, BytesIO(small))
    with scope(workspace):
        uploads.record_thumbnail(picture)


def deliver(workspace: Workspace, message_id: int) -> None:
    """Claim a message, hand it over without holding a transaction, and record the outcome."""
    with scope(workspace):
        message = outgoing.claim_message(message_id)
    if message is None:
        return
    with scope(workspace):  # apart: whatever becomes of the worker now, the attempt is counted
        said = _prepared(message)
    if said is None:
        return
    outcome = _hand_over(message, said)
    with scope(workspace):
        outcome()
        following = Message.objects.due(timezone.now()).filter(conversation=message.conversation_id)
        waiting = following.values_list("pk", flat=True).first()
    if waiting:
        ring(send_message.name, workspace_id=workspace.pk, message_id=waiting)


def _prepared(message: Message) -> OutgoingMessage | None:
    """Say what the connector needs to know; a fault of ours in it postpones the message."""
    head, text, html = None, message.text, ""
    if message.channel.kind == ChannelKind.EMAIL:
        try:
            with attempt():
                head, text, html = prepare_mail(message)
        except SoftTimeLimitExceeded:  # a death
            raise
        except Exception as error:
            logger.exception("Message %s could not be prepared.", message)
            outgoing.postpone_message(message, reason=repr(error))
            return None
    return OutgoingMessage(
        idempotency_key=f"{message.workspace_id}-{message.pk}",
        to=message.conversation.handle.value,
        text=text,
        attachments=tuple(_outgoing(file) for file in message.files()),
        head=head,
        html=html,
    )


def _hand_over(message: Message, said: OutgoingMessage) -> Callable[[], None]:
    envelope, names = said.head.envelope if said.head else (), dict[str, str]()
    try:
        _refuse_flood(message, envelope)
        connector = connector_of(message.channel)
        names = connector.names
        external_id = connector.send(said)
    except RecipientsRefused as error:
        outcome = partial(record_outcome, message, envelope, names=names)
        return partial(outcome, refused=error.refused, unknown=error.unsure)
    except TemporaryConnectorError as error:
        return partial(_postpone, message, error)
    except PermanentConnectorError as error:
        reason = str(error)
        return lambda: outgoing.record_failure(message, reason=reason)
    except SoftTimeLimitExceeded:  # a death
        raise
    except Exception as error:
        # Ours, not the platform's: it reaches the error tracker, and the message waits.
        logger.exception("Message %s could not be sent.", message)
        reason = repr(error)
        return lambda: outgoing.postpone_message(message, reason=reason)
    if said.head:
        return partial(record_outcome, message, envelope, names=names)
    return lambda: outgoing.record_sent(message, external_id=external_id)


def _refuse_flood(message: Message, envelope: Sequence[str]) -> None:
    """Whoever is answered by many workspaces' automatons may have written to none of them."""
    if not message.is_automatic or message.attempts > 1:
        return
    try:
        for address in envelope:
            spend("automatic-mail", address.lower())
    except TooMany as error:
        raise PermanentConnectorError(
            "This address has had as many automatic mails today as one gets."
        ) from error


def _postpone(message: Message, error: TemporaryConnectorError) -> None:
    if isinstance(error, TokenRefused):
        distrust(message.channel)
    outgoing.postpone_message(message, reason=str(error))


def _outgoing(file: Attachment) -> OutgoingFile:
    read = partial(storage.piece, file.key, 0, file.size)
    shown_as = file.content_id if file.is_inline else ""
    return OutgoingFile(file.name, file.content_type, file.size, read, shown_as)


def send_due_messages() -> None:
    """Ring for queued messages whose time has come, or whose bell was lost."""
    if is_backed_up("outbound"):
        return
    for workspace_id, message_id in doors.messages_to_send(timezone.now(), MOST):
        ring(send_message.name, workspace_id=workspace_id, message_id=message_id)


def ingest_waiting_deliveries() -> None:
    """Ring for deliveries that could not be ingested when they came."""
    if is_backed_up("inbound"):
        return
    for workspace_id, delivery_id in doors.deliveries_to_ingest(timezone.now(), MOST):
        ring(ingest_delivery.name, workspace_id=workspace_id, delivery_id=delivery_id)


def shrink_waiting_pictures() -> None:
    """Ring for pictures whose bell was lost, or whose worker fell silent."""
    if is_backed_up(settings.CELERY_TASK_DEFAULT_QUEUE):
        return
    for workspace_id, attachment_id in doors.attachments_to_shrink(timezone.now(), MOST):
        ring(shrink_picture.name, workspace_id=workspace_id, attachment_id=attachment_id)


def wake_snoozed_conversations() -> None:
    """Wake every conversation whose snooze is over, each in a transaction of its own."""
    for workspace_id, conversation_id in doors.conversations_to_wake(timezone.now(), MOST):
        try:
            _wake(workspace_id, conversation_id)
        except NotSnoozed:
            logger.info("Conversation %s was woken by somebody else.", conversation_id)
        except OperationalError:  # of no row, but of PostgreSQL: the clock says so
            raise
        except Exception:
            # The oldest come first, so that one which fails would hold up all others for ever.
            logger.exception("Conversation %s could not be woken.", conversation_id)


def _wake(workspace_id: int, conversation_id: int) -> None:
    with scope(Workspace.objects.get(pk=workspace_id)):
        wake_conversation(Conversation.objects.get(pk=conversation_id), actor=None)


def forget_old_deliveries() -> None:
    """Delete what platforms brought, a month after it became messages."""
    found = doors.deliveries_to_forget(timezone.now() - DELIVERIES_KEPT, MOST)
    _forget(Delivery.objects, found)


def forget_visitor_sessions() -> None:
    """Delete tokens that no longer stand for anybody."""
    _forget(VisitorSession.objects, doors.visitor_sessions_to_forget(timezone.now(), MOST))


def forget_uploads() -> None:
    """Delete files that nobody has sent within a day, and then their rows."""
    before = timezone.now() - UPLOADS_KEPT
    for workspace_id, attachment_id in doors.attachments_to_forget(before, MOST):
        with scope_of(pk=workspace_id):
            upload = uploads.claim_forgetting(attachment_id)
        if upload is None:
            continue
        for key in (upload.key, upload.small_key):
            storage.delete(key)
        with scope_of(pk=workspace_id):
            Attachment.objects.filter(pk=attachment_id).delete()


def _forget(manager: Manager[Any], found: doors.Due) -> None:
    for workspace_id, rows in groupby(sorted(found), key=lambda row: row[0]):
        with scope_of(pk=workspace_id):
            manager.filter(pk__in=[pk for _, pk in rows]).delete()


def expire_presence() -> None:
    """Tell the screens of people whose browsers vanished without a word."""
    presence.expire()
    viewing.expire()
