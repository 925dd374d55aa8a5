"""Say what is promised to customers."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import Taken, refusing
from accounts.models import Membership, Team
from accounts.permissions import Permission, demand
from routing.enums import EventKind, Promise
from routing.models import SlaPolicy


@transaction.atomic
def keep_policy(
    policy: SlaPolicy | None,
    *,
    name: str,
    team: Team | None,
    priority: int | None,
    minutes: dict[Promise, int | None],
    actor: Membership | None,
) -> SlaPolicy:
    """
    Make a policy, or change one. It counts for what happens from now on.

    :raises Taken: if another has its name.
    """
    _check(actor)
    before = _as_it_is(policy) if policy else {}
    policy = policy or SlaPolicy()
    policy.name, policy.team, policy.priority = name, team, priority
    for promise, count in minutes.items():
        setattr(policy, promise.value, count)
    taken = Taken(_("Another policy has this name. Choose another."))
    same = Taken(_("Another policy is for this team and priority. Change that one."))
    with refusing("policy_once", taken), refusing("one_policy_for_each", same):
        policy.save()
    after = _as_it_is(policy)
    if before != after:
        events.record(
            EventKind.POLICY_CHANGED, policy, actor=actor, name=name, before=before, after=after
        )
    return policy


@transaction.atomic
def delete_policy(policy: SlaPolicy, *, actor: Membership | None) -> None:
    """Promise it to nobody any more; clocks end with what next happens in their conversations."""
    _check(actor)
    before = _as_it_is(policy)
    events.record(EventKind.POLICY_DELETED, policy, actor=actor, name=policy.name, before=before)
    policy.delete()


def _check(actor: Membership | None) -> None:
    if actor:
        demand(actor, Permission.MANAGE_RULES)


def _as_it_is(policy: SlaPolicy) -> dict[str, Any]:
    said = {promise.value: policy.minutes(promise) for promise in Promise}
    team = policy.team.name if policy.team else ""
    return {"name": policy.name, "team": team, "priority": policy.priority} | said
