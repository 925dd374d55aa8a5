"""Errors go to Sentry where ``SENTRY_DSN`` says so, without what could tell of a person."""

from typing import Any

from accounts import trace
from helpdesk.logs import masked

PERSONAL = ("cookies", "headers", "data", "query_string", "env")


def begin(dsn: str) -> None:
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,  # they quote queries and lines of the log
        before_send=cleaned,
    )


def cleaned(event: Any, hint: dict[str, Any]) -> Any:
    """Add our numbers, and mask every text of it."""
    for name in PERSONAL:
        event.get("request", {}).pop(name, None)
    event.pop("user", None)
    event.setdefault("tags", {}).update(trace.facts())
    ids = {name: event[name] for name in ("event_id", "timestamp", "contexts") if name in event}
    return _masked(event) | ids


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {name: _masked(inner) for name, inner in value.items()}
    return [_masked(inner) for inner in value] if isinstance(value, list | tuple) else value
