"""Make, change, order and switch rules."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import uuid4

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError, Taken, refusing
from accounts.models import Membership
from accounts.permissions import Permission, demand
from routing.enums import EventKind
from routing.models import Rule, WorkspaceRouting

MOST = 200


class TooMany(DomainError):
    code: ClassVar[str] = "too_many"
    status: ClassVar[int] = 422


@transaction.atomic
def keep_rule(
    rule: Rule | None,
    *,
    name: str,
    is_on: bool,
    stops: bool,
    triggers: Sequence[str],
    conditions: Mapping[str, Any],
    actions: Sequence[Mapping[str, Any]],
    actor: Membership | None,
) -> Rule:
    """
    Make a rule, which is tried last, or change one. It counts for what happens from now on.

    :raises Taken: if another has its name.
    :raises TooMany: if there are 200.
    """
    _check(actor)
    routing = WorkspaceRouting.locked()
    before = _as_it_is(rule) if rule else {}
    if rule is None:
        if Rule.objects.count() >= MOST:
            raise TooMany(_("There are %d rules already. Delete one first.") % MOST)
        last = Rule.objects.aggregate(last=Max("position"))["last"] or 0
        rule = Rule(position=last + 1)
    rule.name, rule.is_on, rule.stops = name, is_on, stops
    rule.triggers, rule.conditions, rule.actions = list(triggers), conditions, list(actions)
    rule.changed_by = actor
    with refusing("rule_once", Taken(_("Another rule has this name. Choose another."))):
        rule.save()
    _renew(routing)
    after = _as_it_is(rule)
    if before != after:
        changed = [key for key in after if before.get(key) != after[key]]
        events.record(
            EventKind.RULE_CHANGED,
            rule,
            actor=actor,
            name=name,
            before={key: before[key] for key in changed if key in before},
            after={key: after[key] for key in changed},
        )
    return rule


@transaction.atomic
def move_rule(rule: Rule, *, to: int, actor: Membership | None) -> None:
    """Put a rule at another place, counted from 0."""
    _check(actor)
    routing = WorkspaceRouting.locked()
    others = list(Rule.objects.exclude(pk=rule.pk).order_by("position", "pk"))
    place = max(0, min(to, len(others)))
    ordered = [*others[:place], rule, *others[place:]]
    for position, one in enumerate(ordered, 1):
        if one.position != position:
            Rule.objects.filter(pk=one.pk).update(position=position)
    _renew(routing)
    events.record(
        EventKind.RULE_CHANGED,
        rule,
        actor=actor,
        name=rule.name,
        before={"position": rule.position},
        after={"position": place + 1},
    )


@transaction.atomic
def delete_rule(rule: Rule, *, actor: Membership | None) -> None:
    """Forget a rule; what it did stays."""
    _check(actor)
    routing = WorkspaceRouting.locked()
    events.record(EventKind.RULE_DELETED, rule, actor=actor, name=rule.name, before=_as_it_is(rule))
    rule.delete()
    _renew(routing)


def _renew(routing: WorkspaceRouting) -> None:
    """Let every process read the rules anew."""
    routing.rules_version = uuid4()
    routing.save(update_fields=["rules_version"])


def _check(actor: Membership | None) -> None:
    if actor:
        demand(actor, Permission.MANAGE_RULES)


def _as_it_is(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "enabled": rule.is_on,
        "stops": rule.stops,
        "triggers": list(rule.triggers),
        "conditions": _in_short(rule.conditions),
        "actions": [f"{one['do']} {one.get('named', '')}".strip() for one in rule.actions],
    }


def _in_short(spec: Mapping[str, Any]) -> str:
    """Write conditions for the audit log: ``text: refund or not vip``."""
    if "of" in spec:
        parts = [f"({_in_short(one)})" if "of" in one else _in_short(one) for one in spec["of"]]
        return f" {'or' if spec.get('join') == 'any' else 'and'} ".join(parts)
    if "ask" not in spec:
        return ""
    said = ", ".join(map(str, spec.get("values") or []))
    return f"{'' if spec.get('is', True) else 'not '}{spec['ask']}{f': {said}' if said else ''}"
