"""Two transactions at once: one holds what the other then waits for."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.db import connection

from tests.support.rows import until

WAITING = (
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) "
    "WHERE NOT granted AND datname = current_database()"
)


def run_into(call) -> Future[Any]:
    """Begin ``call`` elsewhere; return once it waits for the transaction open here."""

    def run():
        try:
            return call()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    until(lambda: _someone_waits() or future.done(), 20, 0.01)
    return future


def _someone_waits() -> bool:
    with connection.cursor() as cursor:
        # Within one transaction PostgreSQL goes on telling of the connections there were at first.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
