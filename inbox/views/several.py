"""Several conversations at once, and taking back what was just done."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Membership
from inbox.actions import assignment, bulk, lifecycle, spam, triage, undoing
from inbox.actions.bulk import Outcome
from inbox.forms.conversations import SnoozeForm
from inbox.forms.several import SeveralForm, UndoForm
from inbox.models import Conversation
from inbox.views.state import number_in

Change = Callable[[Conversation], Conversation]
CHANGES = ("assignment", "closure", "snooze", "spam", "tags", "read")
THERE_AND_BACK: dict[str, tuple[Callable[..., Conversation], Callable[..., Conversation]]] = {
    "read": (triage.mark_read, triage.mark_unread),
    "spam": (spam.mark_spam, spam.clear_spam),
}
SAID_AT_MOST = 2  # refusals; of more it is said how many


@require_POST
def change(request: WorkspaceRequest, what: str) -> HttpResponse:
    """Do one thing to the chosen conversations."""
    numbers = SeveralForm.parse(request)["number"]
    visible = Conversation.objects.visible_to(request.membership)
    outcome = bulk.change_each(numbers, visible, _change(request, what))
    return _answer(request, outcome, _said(what, len(outcome.done)))


@require_POST
def undo(request: WorkspaceRequest) -> HttpResponse:
    """Take back what the same person has done, event by event."""
    seqs = UndoForm.parse(request)["event"]
    visible = Conversation.objects.visible_to(request.membership)

    def take_back(conversation: Conversation) -> Conversation:
        seq = seqs[conversation.number]
        return undoing.undo(conversation, seq=seq, actor=request.membership)

    outcome = bulk.change_each(seqs, visible, take_back)
    return _answer(request, outcome, _("Undone.") if outcome.done else "")


def _change(request: WorkspaceRequest, what: str) -> Change:
    me, said = request.membership, request.POST
    match what:
        case "assignment" if "undo" in said:
            return partial(assignment.unassign_conversation, actor=me)
        case "assignment":
            members = Membership.objects.active().select_related("user")
            to = get_object_or_404(members, pk=number_in(said, "assignee"))
            return partial(assignment.assign_conversation, to=to, actor=me)
        case "snooze":
            until = SnoozeForm.parse(request)["until"]
            return partial(lifecycle.snooze_conversation, until=until, actor=me)
        case "tags":
            return partial(triage.tag_conversation, name=said.get("name", ""), actor=me)
        case "read" | "spam":
            there, back = THERE_AND_BACK[what]
            return partial(back if "undo" in said else there, actor=me)
    return partial(lifecycle.close_conversation, actor=me)


def _said(what: str, n: int) -> str:
    match what:
        case "assignment":
            said = ngettext("Assigned %(n)d conversation.", "Assigned %(n)d conversations.", n)
        case "snooze":
            said = ngettext("Snoozed %(n)d conversation.", "Snoozed %(n)d conversations.", n)
        case "spam":
            said = ngettext("Moved %(n)d conversation.", "Moved %(n)d conversations.", n)
        case "tags":
            said = ngettext("Tagged %(n)d conversation.", "Tagged %(n)d conversations.", n)
        case "read":
            said = ngettext("Marked %(n)d conversation.", "Marked %(n)d conversations.", n)
        case _:
            said = ngettext("Closed %(n)d conversation.", "Closed %(n)d conversations.", n)
    return said % {"n": n}


def _answer(request: WorkspaceRequest, outcome: Outcome, said: str) -> HttpResponse:
    """A script hears in words what was done and what not, and how to undo it."""
    if not request.htmx:
        return redirect("inbox")
    undo = [f"{number}:{seq}" for number, seq in outcome.events.items()]
    refused = list(outcome.refused.values())
    if len(refused) > SAID_AT_MOST:
        more = len(refused) - SAID_AT_MOST
        rest = ngettext("And %(n)d more was refused.", "And %(n)d more were refused.", more)
        refused = [*refused[:SAID_AT_MOST], rest % {"n": more}]
    sentences: Iterable[str] = [said, *refused] if outcome.done else refused
    facts: dict[str, Any] = {"done": outcome.done, "undo": undo}
    return JsonResponse(facts | {"refused": list(outcome.refused), "said": " ".join(sentences)})
