"""Keep what a person writes until it is sent, and tell colleagues that it exists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Membership
from accounts.prepared import Prepared
from inbox import live
from inbox.connectors.mail.rich import LONGEST, Words, as_html, read_words
from inbox.enums import DraftKind
from inbox.models import Conversation, Draft

LONGEST_DRAFT = 100_000
BECOME = Prepared(Draft.objects.filter, "conversation", "membership", "client_id")


class DraftTooLong(DomainError):
    code: ClassVar[str] = "too_long"
    status: ClassVar[int] = 422


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a draft."""

    version: int
    replaced: str = ""  # what the person had written elsewhere meanwhile
    sent: str | None = None  # the message that it has become already


@transaction.atomic
def save_draft(
    conversation: Conversation,
    *,
    kind: DraftKind,
    text: str,
    html: str = "",
    actor: Membership,
    client_id: UUID,
    seen_seq: int = 0,
    version: int = 0,
    recipients: Mapping[str, str] | None = None,
) -> Kept:
    """
    Keep what was typed last. No text is no draft; what has been sent is none either.

    :param html: the words with their formats, which then say what the text is.
    :param recipients: what was typed as to, cc and bcc, right or wrong, if anything was.
    :param version: the one that the writer's screen knew. What stands there under another
        number is replaced as well, and returned.
    :raises DraftTooLong: if nobody could have typed it.
    """
    text = text.replace("\x00", "").replace("\r\n", "\n")  # as forms send lines
    words = Words(html="", text=text)
    if kind == DraftKind.REPLY and len(html) <= LONGEST and html:
        words = read_words(html)
    if len(words.text) > LONGEST_DRAFT or len(html) > LONGEST:
        raise DraftTooLong(_("That is too long to be kept here."))
    typed, text = text, words.text
    conversation = Conversation.locked(conversation.pk)
    if message := conversation.messages.filter(client_id=client_id).first():
        is_same = (message.text, message.html) == (text.strip(), words.html)
        return Kept(version=0, sent=typed.strip() if is_same else message.text)

    before = conversation.drafts.filter(membership=actor, kind=kind).first()
    missed = before.text if before and before.version != version else ""
    if not text.strip():
        if before:
            before.delete()
            tell(conversation, kind, actor, exists=False)
        return Kept(version=0, replaced=missed)
    draft, _made = conversation.drafts.update_or_create(
        membership=actor,
        kind=kind,
        defaults={
            "text": text,
            "html": words.html,
            "recipients": dict(recipients or {}),
            "client_id": client_id,
            "seen_seq": seen_seq,
            "version": before.version + 1 if before else 1,
            "updated_at": timezone.now(),
        },
    )
    tell(conversation, kind, actor, exists=True)
    return Kept(draft.version, replaced="" if text.startswith(missed) else missed)


def forget_draft(
    conversation: Conversation, *, actor: Membership | None, client_id: UUID | None
) -> None:
    """Delete the draft that has become a message; the caller holds the conversation."""
    if actor is None or client_id is None:
        return
    asked = {"conversation": conversation.pk, "membership": actor.pk, "client_id": client_id}
    for draft in BECOME(**asked):
        draft.delete()
        tell(conversation, DraftKind(draft.kind), actor, exists=False)


@transaction.atomic
def discard_draft(conversation: Conversation, *, kind: DraftKind, actor: Membership) -> None:
    """Throw away what a person has written."""
    removed, _by_model = conversation.drafts.filter(membership=actor, kind=kind).delete()
    if removed:
        tell(conversation, kind, actor, exists=False)


def give_back(
    conversation: Conversation,
    *,
    kind: DraftKind,
    text: str,
    html: str,
    recipients: Mapping[str, str],
    actor: Membership,
    seen_seq: int,
) -> None:
    """Make a draft of words that were not sent after all, before what was written since."""
    mine = conversation.drafts.filter(membership=actor, kind=kind).first()
    if mine and (html or mine.html):
        html = (html or as_html(text)) + (mine.html or as_html(mine.text))
    conversation.drafts.update_or_create(
        membership=actor,
        kind=kind,
        defaults={
            "text": f"{text}\n\n{mine.text}" if mine else text,
            "html": html,
            "recipients": dict(recipients),
            "client_id": uuid4(),
            "seen_seq": seen_seq,
            "version": mine.version + 1 if mine else 1,
            "updated_at": timezone.now(),
        },
    )
    tell(conversation, kind, actor, exists=True)


def tell(conversation: Conversation, kind: DraftKind, actor: Membership, *, exists: bool) -> None:
    """Tell the person's other tabs, and colleagues unless the person keeps drafts private."""
    facts = {"number": conversation.number, "what": str(kind), "exists": exists}
    pushes = [(live.membership_group(actor.pk), live.push("draft", **facts))]
    if actor.shares_drafts:
        who = {"who": f"m{actor.pk}", "name": actor.user.first_name}
        told = live.push("drafting", **facts, **who)
        pushes.append((live.conversation_group(conversation.pk), told))
    live.publish_on_commit(pushes)
