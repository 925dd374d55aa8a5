"""What processes count. Labels name code (views, tasks, queues), never people or workspaces."""

from collections.abc import Callable

from accounts import metrics  # first: it decides where the numbers below are kept

# isort: split
from prometheus_client import Counter, Gauge, Histogram

EVENTS = metrics.EVENTS
FAST = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
SLOW = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30, 120, 600)

REQUESTS = Counter("helpdesk_requests", "Answers, by view and kind of status.", ["view", "status"])
REQUEST_SECONDS = Histogram(
    "helpdesk_request_seconds", "Until an answer begins, by view.", ["view"], buckets=FAST
)
SOCKETS = Gauge(
    "helpdesk_sockets", "Open WebSockets, by who is there.", ["who"], multiprocess_mode="livesum"
)
TASKS = Counter("helpdesk_tasks", "Tasks that ended, by how.", ["task", "outcome"])
TASK_SECONDS = Histogram(
    "helpdesk_task_seconds", "How long tasks take, by task.", ["task"], buckets=SLOW
)
QUEUE_WAIT = Histogram(
    "helpdesk_queue_wait_seconds",
    "From the bell to the beginning of its task, by queue.",
    ["queue"],
    buckets=SLOW,
)
SWEEP_SECONDS = Histogram(
    "helpdesk_sweep_seconds", "How long the clock's sweepers take.", ["sweeper"], buckets=SLOW
)
SWEEP_FAILURES = Counter("helpdesk_sweep_failures", "Turns that ended in an error.", ["sweeper"])
CLOCK_LAG = Gauge(
    "helpdesk_clock_lag_seconds", "How late the last sweeper began.", multiprocess_mode="livemax"
)


def name_of(view: Callable[..., object]) -> str:
    """Name a view as its module does."""
    named = getattr(view, "view_class", None) or getattr(view, "cls", None) or view
    return f"{named.__module__}.{getattr(named, '__qualname__', type(named).__name__)}"
