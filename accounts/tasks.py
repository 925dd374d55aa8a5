from celery import shared_task

from accounts import follow_ups, heartbeats


@shared_task(expires=30)
def prove_worker() -> None:
    """Show that Redis, a worker and PostgreSQL work together."""
    heartbeats.beat("worker")


def sweep_follow_ups() -> None:
    follow_ups.sweep()
