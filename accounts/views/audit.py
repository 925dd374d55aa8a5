"""Settings: the audit log, for super admins."""

import csv
import io
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.audit import NOUNS, Entry, Filters
from accounts.cells import defused
from accounts.http import WorkspaceRequest
from accounts.limits import spend
from accounts.models import Membership
from accounts.permissions import Permission, requires
from accounts.views.frame import frame

PAGE = 50
MOST_EXPORTED = 20_000


@require_GET
@requires(Permission.MANAGE_SECURITY)
def index(request: WorkspaceRequest) -> HttpResponse:
    filters, before = Filters.parse(request.GET), request.GET.get("before", "")
    found = filters.apply(timezone.now())
    if before.isascii() and before.isdecimal() and len(before) < 19:  # noqa: PLR2004
        found = found.filter(pk__lt=int(before))
    events = list(found[: PAGE + 1])
    query = {name: value for name, value in _query(filters).items() if value}
    older = query | {"before": events[PAGE - 1].pk} if len(events) > PAGE else None
    context = {
        "entries": [Entry(event) for event in events[:PAGE]],
        "filters": filters,
        "nouns": {noun: words for noun, (words, _icon) in NOUNS.items()},
        "people": list(Membership.objects.select_related("user").order_by("user__name", "pk")),
        "query": urlencode(query),
        "older": urlencode(older) if older else "",
    }
    return render(request, "settings/audit.html", context | frame(request))


@require_GET
@requires(Permission.MANAGE_SECURITY)
def export(request: WorkspaceRequest) -> HttpResponse:
    """Answer with everything that the filters find, as a table for spreadsheets."""
    spend("export", str(request.membership.pk))
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["at", "person", "email", "event", "object", "address", "before", "after"])
    found = Filters.parse(request.GET).apply(timezone.now())
    for entry in (Entry(event) for event in found[:MOST_EXPORTED]):
        table.writerow([defused(cell) for cell in _row(entry)])
    answer = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{request.workspace.slug}.csv"'
    return answer


def _row(entry: Entry) -> list[str]:
    event, changes = entry.event, entry.changes
    return [
        event.at.isoformat(),
        entry.who,
        event.actor.user.email if event.actor else "",
        event.kind,
        entry.what,
        event.address or "",
        "\n".join(f"{field}: {before}" for field, before, _ in changes),
        "\n".join(f"{field}: {after}" for field, _, after in changes),
    ]


def _query(filters: Filters) -> dict[str, str]:
    person = str(filters.person) if filters.person is not None else ""
    return {"person": person, "kind": filters.noun, "period": filters.period}
