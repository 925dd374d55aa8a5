"""What rules can do: THE registry. Whatever a later room can do for rules is added with ``@doing``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions.letters import owe_letter
from accounts.errors import DomainError
from accounts.models import Event, Letter, Membership, Team
from accounts.tenancy import attempt
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.automatic import NotAnswered, answer_automatically
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note
from inbox.actions.triage import prioritize_conversation, tag_conversation
from inbox.enums import EventKind, Priority
from inbox.models import Conversation
from routing.actions.promises import keep_promises
from routing.models import ChosenPolicy, RuleRun, SlaPolicy
from routing.ownership import is_kept

ALERT = "rule-alert"


@dataclass(slots=True)
class Case:
    """A conversation in which a rule runs, because of an event."""

    conversation: Conversation
    event: Event
    because: Mapping[str, str]
    run: RuleRun
    letters: list[Letter]
    is_current: bool = True  # what is held in the table is as this instance says


class Skipped(Exception):
    """It was not done; the word says why: ``gone``, ``kept``, ``hidden``."""


Run = Callable[[Case, Any], str]  # returns the name of what it was done with


@dataclass(frozen=True, slots=True)
class Doing:
    name: str
    words: str | Promise
    takes: str  # what stands beside it in the form: a team, a person, words …
    run: Run
    decides: Collection[EventKind]  # a person's event of these is not overruled
    goes_on: bool = False  # with the case's instance, which it leaves as the row is


DOINGS: dict[str, Doing] = {}


def doing(
    name: str,
    words: str | Promise,
    *,
    takes: str = "",
    decides: Collection[EventKind] = (),
    goes_on: bool = False,
) -> Callable[[Run], Run]:
    def register(run: Run) -> Run:
        DOINGS[name] = Doing(name, words, takes, run, decides, goes_on)
        return run

    return register


def do(case: Case, said: Mapping[str, Any]) -> dict[str, str]:
    """Do one action of a rule; what cannot be done is told, and stops nothing."""
    one = DOINGS.get(said.get("do", ""))
    told = {"do": str(said.get("do", "")), "name": str(said.get("named", "")), "came": "done"}
    if one is None:
        return told | {"came": "gone"}
    if _is_decided(case, one):
        return told | {"came": "decided"}
    is_current = False
    try:
        with attempt():
            name = one.run(case, said.get("with"))
        is_current = case.is_current and one.goes_on
        return told | {"name": name}
    except Skipped as skipped:
        return told | {"came": str(skipped)}
    except NotAnswered as refusal:
        return told | {"came": refusal.why}
    except DomainError as refusal:
        return told | {"came": "refused", "said": str(refusal)}
    finally:
        case.is_current = is_current


def _is_decided(case: Case, one: Doing) -> bool:
    """Tell whether a person has said otherwise since, or by the very event: they are not overruled."""
    if not one.decides:
        return False
    told = Event.objects.about(case.conversation).filter(kind__in=one.decides)
    return told.filter(seq__gte=case.event.seq, actor__isnull=False).exists()


MOVES = {EventKind.CONVERSATION_MOVED}
ASSIGNS = {EventKind.CONVERSATION_ASSIGNED, EventKind.CONVERSATION_UNASSIGNED}


@doing("team", _("Move to team"), takes="team", decides=MOVES)
def _move(case: Case, pk: Any) -> str:
    team = Team.objects.filter(pk=pk).first()
    if team is None:
        raise Skipped("gone")
    move_conversation(case.conversation, to=team, actor=None, because=case.because)
    return team.name


@doing("person", _("Assign to"), takes="person", decides=ASSIGNS, goes_on=True)
def _assign(case: Case, pk: Any) -> str:
    person = _person(pk)
    if case.conversation.assignee_id and is_kept(case.conversation):
        raise Skipped("kept")
    talk, is_held = case.conversation, case.is_current
    assign_conversation(talk, to=person, actor=None, because=case.because, is_held=is_held)
    return person.user.display_name


@doing("tag", _("Add the tag"), takes="tag", decides={EventKind.CONVERSATION_UNTAGGED})
def _tag(case: Case, name: Any) -> str:
    tag_conversation(case.conversation, name=str(name), actor=None, because=case.because)
    return str(name)


@doing(
    "priority",
    _("Set the priority"),
    takes="priority",
    decides={EventKind.CONVERSATION_PRIORITIZED},
)
def _prioritize(case: Case, value: Any) -> str:
    to = Priority(value)
    prioritize_conversation(case.conversation, to=to, actor=None, because=case.because)
    return str(to.value)


@doing("note", _("Leave a note"), takes="words")
def _note(case: Case, text: Any) -> str:
    add_note(case.conversation, text=str(text), actor=None, because=case.because)
    return ""


@doing("reply", _("Reply to the customer, once"), takes="words")
def _reply(case: Case, text: Any) -> str:
    answer_automatically(case.conversation, text=str(text), because=case.because)
    return ""


@doing("notify", _("Send a mail to"), takes="person")
def _notify(case: Case, pk: Any) -> str:
    person = _person(pk)
    if not Conversation.objects.visible_to(person).filter(pk=case.conversation.pk).exists():
        raise Skipped("hidden")
    case.letters.append(owe_letter(ALERT, about=case.run.pk, email=person.user.email, to_each=True))
    return person.user.display_name


@doing("promise", _("Promise"), takes="policy")
def _promise(case: Case, pk: Any) -> str:
    policy = SlaPolicy.objects.filter(pk=pk).first()
    if policy is None:
        raise Skipped("gone")
    ChosenPolicy.objects.update_or_create(
        conversation=case.conversation, defaults={"policy": policy}
    )
    keep_promises(case.conversation, at=case.event.at)
    return policy.name


@doing(
    "close",
    _("Close it"),
    decides={EventKind.CONVERSATION_REOPENED, EventKind.CONVERSATION_SNOOZED},
)
def _close(case: Case, _nothing: Any) -> str:
    close_conversation(case.conversation, actor=None, because=case.because)
    return ""


def _person(pk: Any) -> Membership:
    person = Membership.objects.active().select_related("user").filter(pk=pk).first()
    if person is None or not person.user.is_active:
        raise Skipped("gone")
    return person
