"""The help centre and its shelves."""

from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError
from accounts.models import Membership
from accounts.permissions import Permission, demand
from knowledgebase.enums import EventKind
from knowledgebase.models import Collection, HelpCenter


class NotEmpty(DomainError):
    code = "not_empty"


def help_center() -> HelpCenter:
    """Return the workspace's, or what it would begin as."""
    return HelpCenter.objects.first() or HelpCenter()


def show_anew() -> None:
    """Have pages drawn again, in the transaction that changes what readers see."""
    HelpCenter.objects.update(shown=uuid4())


@transaction.atomic
def change_help_center(
    *, is_open: bool, default_language: str, actor: Membership | None
) -> HelpCenter:
    if actor:
        demand(actor, Permission.MANAGE_KNOWLEDGE)
    center = HelpCenter.objects.select_for_update().first() or HelpCenter()
    before = {"enabled": center.is_open, "language": center.default_language}
    center.is_open, center.default_language, center.shown = is_open, default_language, uuid4()
    center.save()
    after = {"enabled": center.is_open, "language": center.default_language}
    if before != after:
        events.record(
            EventKind.HELP_CENTER_CHANGED,
            center,
            actor=actor,
            name=center.workspace.name,
            before=before,
            after=after,
        )
    return center


@transaction.atomic
def name_collection(
    collection: Collection | None, *, language: str, name: str, actor: Membership
) -> Collection:
    """Make a shelf at the end, or name one anew in a language."""
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    if collection is None:
        last = Collection.objects.aggregate(last=Max("position"))["last"]
        return Collection.objects.create(names={language: name}, position=(last or 0) + 1)
    collection = Collection.objects.select_for_update(no_key=True).get(pk=collection.pk)
    collection.names = collection.names | {language: name}
    collection.save(update_fields=["names"])
    show_anew()
    return collection


@transaction.atomic
def delete_collection(collection: Collection, *, actor: Membership) -> None:
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    if collection.articles.exists():
        raise NotEmpty(_("Articles stand there. Move them first."))
    collection.delete()
