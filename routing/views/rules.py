"""Settings: rules, built as sentences and tried on what happened before they count."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import DomainError, Taken
from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, requires
from accounts.tenancy import attempt
from accounts.views.frame import frame
from routing.actions.doings import DOINGS
from routing.actions.rules import delete_rule, keep_rule, move_rule
from routing.asking import ASKS, Choices
from routing.conditions import compile_conditions
from routing.enums import Trigger
from routing.forms.rules import RuleDraft
from routing.models import Rule, RuleRun
from routing.trial import DAYS, try_rule

LATELY = timedelta(days=7)


class Unready(DomainError):
    code: ClassVar[str] = "unready"
    status: ClassVar[int] = 422


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def index(request: WorkspaceRequest) -> HttpResponse:
    """GET shows a new rule beside the others; POST makes it."""
    return _page(request, None)


@require_http_methods(["GET", "POST"])
@requires(Permission.MANAGE_RULES)
def edit(request: WorkspaceRequest, pk: int) -> HttpResponse:
    return _page(request, get_object_or_404(Rule.objects.all(), pk=pk))


@require_POST
@requires(Permission.MANAGE_RULES)
def removal(request: WorkspaceRequest, pk: int) -> HttpResponse:
    delete_rule(get_object_or_404(Rule.objects.all(), pk=pk), actor=request.membership)
    return redirect("rules")


@require_POST
@requires(Permission.MANAGE_RULES)
def place(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Put a rule one further up, or down."""
    rule = get_object_or_404(Rule.objects.all(), pk=pk)
    above = Rule.objects.filter(position__lt=rule.position).count()
    to = above + (1 if "down" in request.POST else -1)
    move_rule(rule, to=to, actor=request.membership)
    return redirect("rule", pk)


@require_POST
@requires(Permission.MANAGE_RULES)
def trial(request: WorkspaceRequest) -> HttpResponse:
    """Say which conversations the rule would have matched, a part at a time; nothing is changed."""
    draft = RuleDraft.read(request.POST, Choices())
    draft.name = draft.name or "?"
    said = draft.check()
    if said is None and request.htmx:
        raise Unready(_("Mend what is marked first."))
    if said is None:
        return _answer(request, None, draft, status=422)
    before, days = _number(request, "before"), _number(request, "days")
    tried = try_rule(
        compile_conditions(said["conditions"]),
        said["triggers"],
        days=days if days in DAYS else DAYS[1],
        before=before,
        reader=request.membership,
    )
    if request.htmx:
        return render(request, "settings/_rule_trial.html", {"trial": tried})
    return _answer(request, None, draft, trial=tried)


def _page(request: WorkspaceRequest, rule: Rule | None) -> HttpResponse:
    """Show the builder, do what one of its buttons says, or keep the rule."""
    choices = Choices()
    if request.method != "POST":
        return _answer(request, rule, RuleDraft.of(rule, choices))
    draft = RuleDraft.read(request.POST, choices)
    if "edit" in request.POST:
        draft.edit(request.POST["edit"])
        if request.POST["edit"] == "check":
            draft.check()
        return _answer(request, rule, draft)
    if said := draft.check():
        try:
            with attempt():
                kept = keep_rule(rule, **said, actor=request.membership)
            return redirect("rule", kept.pk)
        except Taken as refusal:
            draft.errors["name"] = str(refusal)
    return _answer(request, rule, draft, status=422)


def _answer(
    request: WorkspaceRequest,
    rule: Rule | None,
    draft: RuleDraft,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"building": draft, "rule": rule, "trial": None, "days": DAYS} | _standing()
    context |= {"asks": ASKS, "doings": DOINGS, "moments": Trigger, "choices": draft.choices}
    context |= frame(request) | more
    return render(request, "settings/rules.html", context, status=status)


def _standing() -> dict[str, Any]:
    """Say of every rule how often it ran lately, and which of them set each other off."""
    listed = list(Rule.objects.order_by("position", "pk"))
    lately = RuleRun.objects.filter(at__gte=timezone.now() - LATELY).order_by()
    ran = lately.filter(fought=[]).values_list("rule").annotate(Count("pk"))
    fights = lately.exclude(fought=[]).select_related("conversation")
    names = {one.pk: one.name for one in listed}
    known = {
        (frozenset([one.rule_id, *one.fought]), one.conversation.number)
        for one in fights.order_by("-at")[:20]
    }
    told: dict[frozenset[int], list[int]] = {}
    for who, number in sorted(known, key=lambda one: one[1]):
        told.setdefault(who, []).append(number)
    return {
        "listed": listed,
        "ran": dict(ran),
        "fights": [
            (sorted(names[pk] for pk in who if pk in names), numbers)
            for who, numbers in told.items()
        ],
    }


def _number(request: WorkspaceRequest, name: str) -> int | None:
    said = request.POST.get(name, "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else None  # noqa: PLR2004
