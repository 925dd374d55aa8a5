"""By what lists of conversations can be sorted."""

from datetime import UTC, datetime

from django.db.models import Case, Value, When

from inbox.enums import ListOrder

# A conversation in which nobody waits is sorted as if its contact began to wait in the far future.
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# CASE, because under row security an index does not serve COALESCE: it is not leakproof.
WAITED_FROM = Case(When(waiting_since=None, then=Value(NEVER)), default="waiting_since")
DUE_BY = Case(When(due_at=None, then=Value(NEVER)), default="due_at")
# By what a list is sorted, and whether upwards; the id breaks ties in the same direction.
SORTED_BY = {
    ListOrder.NEWEST: ("last_activity_at", False),
    ListOrder.OLDEST: ("last_activity_at", True),
    ListOrder.WAITING: ("waited_from", True),
    ListOrder.DUE: ("due_by", True),
}
