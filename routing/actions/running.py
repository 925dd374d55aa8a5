"""Run rules: in their order, each for a reason that is told, and none of them for ever."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import Event, Letter
from inbox.actions.rules import tell_rule
from inbox.enums import EventKind
from inbox.models import Conversation
from routing.actions.doings import Case, do
from routing.conditions import Facts, Reason
from routing.enums import Trigger
from routing.facts import TRIGGERS, facts_of, is_first_message
from routing.models import RuleRun
from routing.rulebook import Compiled, current_rules

LONGEST_CHAIN = 8  # rules that set each other off, one after another
TOLD_FOR = timedelta(days=1)


@transaction.atomic(savepoint=False)
def run_rules(event: Event) -> list[Letter]:
    """Try every rule that this event sets off; return the letters that are owed."""
    rules = list(_set_off(event))
    if not rules:
        return []
    conversation = _conversation(event.subject_id)
    if conversation.is_spam or conversation.merged_into_id:
        return []
    chain, ran = chain_of(event), list[int]()
    with_hours = any("hours" in rule.asks for rule in rules)
    facts, letters, has_changed = _facts(event, conversation, with_hours), list[Letter](), False
    for rule in rules:
        if has_changed:
            conversation = _conversation(conversation.pk)
            facts, has_changed = _facts(event, conversation, with_hours), False
        why = rule.test(facts)
        if why is None:
            continue
        if rule.pk in chain or len(chain) >= LONGEST_CHAIN:
            _stop(rule, conversation, [*chain, *ran])
            continue
        ran.append(rule.pk)
        letters += _run(rule, event, conversation, why, chain)
        if rule.stops:
            break
        has_changed = True
    return letters


def chain_of(event: Event) -> list[int]:
    """Return the rules that led to an event, the first one first."""
    chain = event.data.get("because", {}).get("chain", "")
    return [int(pk) for pk in chain.split()]


def _set_off(event: Event) -> Iterable[Compiled]:
    trigger, is_first = TRIGGERS[event.kind], is_first_message(event)
    for rule in current_rules():
        read_before = is_first and Trigger.OPENED in rule.triggers
        if trigger in rule.triggers and not read_before:
            yield rule


def _run(
    rule: Compiled, event: Event, conversation: Conversation, why: list[Reason], chain: list[int]
) -> list[Letter]:
    run = RuleRun.objects.create(rule_id=rule.pk, conversation=conversation, at=timezone.now())
    links = " ".join(map(str, [*chain, rule.pk]))
    because = {"by": "rule", "name": rule.name, "chain": links}
    case = Case(conversation, event, because, run, [])
    did = [do(case, one) for one in rule.actions]
    told = {"rule": rule.pk, "name": rule.name, "why": why, "did": did}
    tell_rule(EventKind.RULE_APPLIED, conversation, is_held=case.is_current, **told)
    return case.letters


def _stop(rule: Compiled, conversation: Conversation, chain: list[int]) -> None:
    """Keep a rule from running again, in everybody's sight; it is told once a day."""
    now = timezone.now()
    lately = RuleRun.objects.filter(rule=rule.pk, conversation=conversation, at__gt=now - TOLD_FOR)
    if lately.exclude(fought=[]).exists():
        return
    RuleRun.objects.create(rule_id=rule.pk, conversation=conversation, at=now, fought=chain)
    tell_rule(EventKind.RULE_STOPPED, conversation, rule=rule.pk, name=rule.name)


def _conversation(pk: int) -> Conversation:
    conversation = Conversation.locked(pk)
    prefetch_related_objects([conversation], "tags")
    return conversation


def _facts(event: Event, conversation: Conversation, with_hours: bool) -> Facts:
    return facts_of([(event, conversation)], with_hours=with_hours)[0]
