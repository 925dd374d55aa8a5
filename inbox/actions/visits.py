"""What a visitor's browser tells while they chat."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django.db import transaction

from inbox.connectors.addresses import shown_address
from inbox.models import Contact

MOST_PAGES = 20


@transaction.atomic
def note_visit(contact_id: int, told: Mapping[str, Any], *, at: datetime) -> Contact:
    """Keep the last pages that a contact saw, and what their browser says of itself."""
    contact = Contact.objects.select_for_update().get(pk=contact_id)
    visit = dict(contact.visit)
    for name in ("browser", "language"):
        visit[name] = told.get(name) or visit.get(name, "")
    if told.get("zone") in available_timezones():
        visit["zone"] = told["zone"]
    if referrer := shown_address(told.get("referrer")):
        visit.setdefault("referrer", referrer)
    if told.get("fields"):
        visit["fields"] = dict(told["fields"])
    visit["pages"] = _with_page(visit.get("pages", []), told.get("page") or {}, at)
    contact.visit = visit
    contact.save(update_fields=["visit"])
    return contact


def _with_page(
    pages: list[dict[str, str]], page: Mapping[str, Any], at: datetime
) -> list[dict[str, str]]:
    """Put the page first, unless it stands there already."""
    url = shown_address(page.get("url"))
    if not url:
        return pages
    seen = {"url": url, "title": str(page.get("title") or ""), "at": at.isoformat()}
    older = pages[1:] if pages and pages[0]["url"] == url else pages
    return [seen, *older][:MOST_PAGES]
