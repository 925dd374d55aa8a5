"""Think again: take back what has not gone out, hold it, let it go."""

from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.prepared import Place, Prepared
from inbox import events
from inbox.actions.drafts import give_back
from inbox.actions.messaging import SAID
from inbox.actions.recipients import as_typed
from inbox.actions.uploads import detach, holder_of_member
from inbox.enums import DraftKind, EventKind, MessageKind, MessageState, Status
from inbox.models import Conversation, Message


class OnItsWay(DomainError):
    code: ClassVar[str] = "on_its_way"


@transaction.atomic
def withdraw_message(
    message: Message, *, actor: Membership, keeps: bool = True, reopens: bool = False
) -> Conversation:
    """
    Take back a reply that waits; its words and files go into the actor's draft, unless they are not kept.

    :param reopens: undo the closing, too, that came with the reply.
    :raises OnItsWay: if a sender has had it.
    """
    conversation, message = _locked_waiting(message)
    text, html = message.text, message.html
    detach(message, holder=holder_of_member(actor) if keeps else "")
    message.state, message.text, message.html = MessageState.WITHDRAWN, "", ""
    message.send_at = None
    message.has_attachments, recipients = False, _typed_again(message)
    message.mails.all().delete()
    message.is_mail = False
    fields = ["state", "text", "html", "send_at", "has_attachments", "is_mail"]
    message.save(update_fields=fields)
    _show_what_was_said_before(conversation)
    events.record(EventKind.MESSAGE_WITHDRAWN, conversation, actor=actor, messages=[message])
    if reopens and conversation.is_closed:
        conversation.move_to(Status.OPEN, at=timezone.now())
        events.record(EventKind.CONVERSATION_REOPENED, conversation, actor=actor)
    if keeps and text:
        give_back(
            conversation,
            kind=DraftKind.REPLY,
            text=text,
            html=html,
            recipients=recipients,
            actor=actor,
            seen_seq=message.seq,
        )
    return conversation


@transaction.atomic
def release_message(message: Message, *, actor: Membership) -> Message:
    """
    Send now what was meant for later, or was held.

    :raises OnItsWay: if a sender has had it.
    """
    conversation, message = _locked_waiting(message)
    message.state, message.send_at, message.is_scheduled = (
        MessageState.QUEUED,
        timezone.now(),
        False,
    )
    message.save(update_fields=["state", "send_at", "is_scheduled"])
    events.record(EventKind.MESSAGE_RELEASED, conversation, actor=actor, messages=[message])
    return message


def hold_scheduled_messages(conversation: Conversation) -> None:
    """The contact has written: what was meant for later may no longer be right. The caller holds the row."""
    messages = SCHEDULED(conversation=conversation.pk)
    if not messages:
        return
    for message in messages:
        message.conversation = conversation
        message.state = MessageState.HELD
        message.save(update_fields=["state"])
    events.record(EventKind.MESSAGE_HELD, conversation, actor=None, messages=messages)


def _scheduled(conversation: Place) -> QuerySet[Message]:
    waiting = Message.objects.filter(
        conversation=conversation,
        kind=MessageKind.OUTGOING,
        state=MessageState.QUEUED,
        is_scheduled=True,
        attempts=0,
    )
    return waiting.for_timeline().select_for_update(of=("self",), skip_locked=True)


SCHEDULED = Prepared(_scheduled, "conversation")


def _locked_waiting(message: Message) -> tuple[Conversation, Message]:
    """Lock the conversation and then the message, which whoever sends it locks, too."""
    conversation = Conversation.locked(message.conversation_id)
    rows = Message.objects.select_for_update(of=("self",)).select_related("author__user")
    message = rows.get(pk=message.pk)
    if message.attempts or message.state not in {MessageState.QUEUED, MessageState.HELD}:
        raise OnItsWay(_("Too late: it has gone out already."))
    return conversation, message


def _typed_again(message: Message) -> dict[str, str]:
    mail = message.mails.first()
    return as_typed(mail.people) if mail else {}


def _show_what_was_said_before(conversation: Conversation) -> None:
    said = conversation.messages.exclude(state=MessageState.WITHDRAWN).order_by("-seq")
    last = said.filter(kind__in=SAID).first() or said.first()
    conversation.show(last.text if last else "", last.files() if last else [])
    conversation.preview_kind = last.kind if last else ""
