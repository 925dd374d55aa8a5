"""Write saved replies."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError, Taken, refusing
from accounts.models import Membership, Team
from accounts.permissions import Permission, demand
from knowledgebase.enums import EventKind
from knowledgebase.models import SavedReply
from knowledgebase.words import mistakes


class BadWords(DomainError):
    code = "bad_words"
    status = 422


@transaction.atomic
def write_reply(
    reply: SavedReply | None,
    *,
    name: str,
    shortcut: str,
    text: str,
    is_own: bool,
    team: Team | None,
    actor: Membership,
) -> SavedReply:
    """
    Write a new saved reply, or another one anew.

    :param is_own: for the actor alone; otherwise for a team, or for everybody without one.
    :raises Taken: if the shortcut means something else already.
    :raises BadWords: if a variable is misspelt.
    """
    if wrong := mistakes(text):
        raise BadWords(wrong[0])
    before = _locked(reply) if reply else None
    if not is_own or (before and not before.is_own):
        demand(actor, Permission.MANAGE_SAVED_REPLIES)
    told = _of(before) if before else {}
    written = before or SavedReply()
    written.name, written.shortcut, written.text = name, shortcut.lower(), text
    written.owner, written.team = (actor, None) if is_own else (None, team)
    written.changed_by = actor
    taken = Taken(_("Another reply has this short word. Choose another."))
    with refusing("saved_reply_shortcut_once", taken):
        written.save()
    if not is_own or told.get("for"):
        kind = EventKind.SAVED_REPLY_CHANGED if reply else EventKind.SAVED_REPLY_CREATED
        _record(kind, written, actor, before=told, after=_of(written))
    return written


@transaction.atomic
def delete_reply(reply: SavedReply, *, actor: Membership) -> None:
    reply = _locked(reply)
    if not reply.is_own:
        demand(actor, Permission.MANAGE_SAVED_REPLIES)
        _record(EventKind.SAVED_REPLY_DELETED, reply, actor, before=_of(reply), after={})
    reply.delete()


def _locked(reply: SavedReply) -> SavedReply:
    return SavedReply.objects.select_for_update(no_key=True).get(pk=reply.pk)


def _of(reply: SavedReply) -> dict[str, Any]:
    """Tell a shared reply in words; of one's own nobody is told anything."""
    if reply.is_own:
        return {}
    facts = {"name": reply.name, "shortcut": f"/{reply.shortcut}", "text": reply.text}
    return facts | {"for": reply.team.name if reply.team else "*"}


def _record(
    kind: EventKind,
    reply: SavedReply,
    actor: Membership,
    *,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    changed = [field for field in before | after if before.get(field) != after.get(field)]
    events.record(
        kind,
        reply,
        actor=actor,
        name=reply.name if after else before["name"],
        before={field: before.get(field) for field in changed if before},
        after={field: after.get(field) for field in changed if after},
    )
