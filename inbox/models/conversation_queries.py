"""What is asked of conversations, and how their rows are locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Prefetch, Q
from django.db.models.functions import Coalesce

from accounts.models import Membership, TeamMembership
from accounts.prepared import Place
from inbox.enums import ListOrder
from inbox.models.ordering import DUE_BY, SORTED_BY, WAITED_FROM

if TYPE_CHECKING:
    from inbox.models.conversation import Conversation


class MovedMeanwhile(Exception):
    """What was to be locked is not what it was when that was asked; trying again helps."""


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def with_people(self) -> ConversationQuerySet:
        people = self.select_related("contact", "channel", "handle", "assignee__user", "team")
        return people.defer("channel__secrets")  # which would be decrypted

    def for_list(self, order: ListOrder = ListOrder.NEWEST) -> ConversationQuerySet:
        column, rises = SORTED_BY[order]
        drawn = self.with_people().prefetch_related(Prefetch("tags", to_attr="listed_tags"))
        listed = drawn.alias(waited_from=WAITED_FROM, due_by=DUE_BY)
        return listed.order_by(*([column, "pk"] if rises else [f"-{column}", "-pk"]))

    def beyond(self, order: ListOrder, at: datetime, pk: int) -> ConversationQuerySet:
        """Return what follows a row of ``for_list``: the first bound is where the index begins."""
        column, rises = SORTED_BY[order]
        after = "gt" if rises else "lt"
        return self.filter(
            Q(**{f"{column}__{after}e": at}),
            Q(**{f"{column}__{after}": at}) | Q(**{f"pk__{after}": pk}),
        )

    def for_changing(self) -> ConversationQuerySet:
        people = self.select_related("contact", "channel", "assignee__user")
        return people.defer("channel__secrets")

    def lock(self, pks: Iterable[int]) -> ConversationQuerySet:
        """
        Lock rows; return them as they are then, with what drawing always needs (more is dear to plan).

        One statement that waits for a lock gives the row as it is and what is joined to it as it was
        (PostgreSQL, "Read Committed Isolation Level"), so these are two.
        """
        rows = self.filter(pk__in=pks).order_by("pk")
        list(rows.select_for_update().values_list("pk"))
        return rows.for_changing()

    def lock_wholes(self, pks: Collection[int]) -> dict[int, Conversation]:
        """
        Lock conversations, or those that they were merged into, in the order of ``lock``.

        :return: what each belongs to, by its own id, without what drawing needs.
        :raises MovedMeanwhile: if one was merged or taken apart in this moment.
        """
        # Asked for apart: under row security a statement of both would read every row there is.
        wholes = list(self.filter(pk__in=pks).values_list(Coalesce("merged_into", "pk"), flat=True))
        rows = self.filter(pk__in=wholes).order_by("pk").select_for_update()
        found = {row.pk: row for row in rows}
        belongs: dict[int, int | None] = {pk: pk for pk in pks if pk in found}
        if parts := set(pks) - set(belongs):
            belongs |= dict(self.filter(pk__in=parts).values_list("pk", "merged_into"))
        locked = {pk: found[whole] for pk, whole in belongs.items() if whole in found}
        if len(locked) < len(set(pks)) or any(row.merged_into_id for row in found.values()):
            raise MovedMeanwhile
        return locked

    def visible_to(self, membership: Membership) -> ConversationQuerySet:
        """Return what a person may open: everything, or their teams' and their own."""
        return self if membership.sees_everything else self.visible_to_limited(membership.pk)

    def visible_to_limited(self, membership_id: int | Place) -> ConversationQuerySet:
        teams = TeamMembership.objects.filter(membership=membership_id).values("team")
        own = Q(team__in=teams) | Q(assignee=membership_id)
        # What was merged into another is a part of it.
        whole = Q(merged_into__team__in=teams) | Q(merged_into__assignee=membership_id)
        return self.filter(own | whole)
