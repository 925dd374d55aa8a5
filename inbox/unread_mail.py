"""The mail that takes to a chat's visitor what they have not read."""

from __future__ import annotations

import logging
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import OperationalError
from django.utils import timezone

from accounts.letters import Words, ring_for
from accounts.mailing import Undeliverable, Unreachable, hand_over
from accounts.models import Letter
from accounts.tenancy import after_commit, current_workspace, scope_of
from inbox import doors
from inbox.actions.mail_threads import reply_key
from inbox.actions.unread import owe_unread_replies, record_mailed
from inbox.connectors.base import (
    OutcomeUnknown,
    PermanentConnectorError,
    RecipientsRefused,
    TemporaryConnectorError,
)
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.composing import Head
from inbox.connectors.mail.threads import reply_address
from inbox.enums import ChannelKind
from inbox.mail_server import carrier_of
from inbox.models import Channel, Conversation
from inbox.models.message import with_files

logger = logging.getLogger(__name__)

MOST = 50  # replies in one mail, the newest
MOST_AT_ONCE = 500  # rows a sweeper takes


def mail_unread_replies() -> None:
    """Owe mails to the visitors who have gone, each in a transaction of its own."""
    for workspace_id, conversation_id in doors.conversations_to_mail(timezone.now(), MOST_AT_ONCE):
        try:
            with scope_of(pk=workspace_id):
                if letter := owe_unread_replies(conversation_id):
                    after_commit(ring_for, letter)
        except OperationalError:  # of no row, but of PostgreSQL: the clock says so
            raise
        except Exception:
            logger.exception("The replies of conversation %s could not be mailed.", conversation_id)


def write_unread_replies(letter: Letter) -> Words | None:
    """Say what is unread now: what has been read meanwhile, or mailed, goes to nobody."""
    found = Conversation.objects.with_people().filter(pk=letter.subject_id, is_spam=False)
    conversation = found.first()
    if conversation is None:
        return None
    unread = conversation.messages.all().unread_by_visitor().select_related("author__user")
    messages = with_files(unread.order_by("-public_seq")[:MOST])[::-1]
    if not messages:
        return None
    workspace = current_workspace()
    mailbox = Channel.objects.filter(kind=ChannelKind.EMAIL, enabled=True).order_by("pk").first()
    reply_to = ""
    if mailbox:
        reply_to = reply_address(mailbox.address, conversation.public_id, reply_key())
    context = {
        "workspace": workspace,
        "messages": messages,
        "page_url": _page_of(conversation),
        "can_answer": bool(reply_to),
    }
    return Words(
        "inbox/email/unread",
        context,
        sender=(workspace.name, mailbox.address) if mailbox else None,
        reply_to=reply_to,
        carry=partial(_by_channel, mailbox) if mailbox else hand_over,
        sent=partial(record_mailed, conversation, messages, error=""),
        failed=lambda reason: record_mailed(conversation, messages, error=reason),
    )


def _page_of(conversation: Conversation) -> str:
    """Return where the chat is to be opened again, on one of its own sites: anybody may name any page."""
    url = conversation.contact.page_url
    site = "/".join(url.split("/", 3)[:3])
    return url if site in {*conversation.channel.origins, settings.BASE_URL} else ""


def _by_channel(channel: Channel, message: EmailMultiAlternatives) -> None:
    """Send it as the replies of a mail channel are sent, since it bears that channel's address."""
    raw = message.message().as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    to = message.to[0]
    mail_id = message.extra_headers["Message-ID"].strip("<>")
    head = Head(
        sender=Address("", sending_address(message.from_email)),
        to=(Address("", to),),
        envelope=(to,),
        subject=str(message.subject),
        message_id=mail_id,
        at=timezone.now(),
    )
    try:
        carrier_of(channel).hand_over(head, raw, name=mail_id.partition("@")[0])
    except (
        OutcomeUnknown
    ) as error:  # the same mail again may be a second one, and is better than none
        raise Unreachable(error.unsure) from error
    except RecipientsRefused as error:
        kind = Undeliverable if error.refused[to].is_final else Unreachable
        raise kind(str(error)) from error
    except TemporaryConnectorError as error:
        raise Unreachable(str(error)) from error
    except PermanentConnectorError as error:
        raise Undeliverable(str(error)) from error


def sending_address(said: str) -> str:
    """Return the address of ``Name <address>``."""
    return said.rpartition("<")[2].rstrip(">")
