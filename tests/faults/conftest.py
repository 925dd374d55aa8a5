"""The order of the faults: the longest begin first, so that two workers end together."""

LONGEST = ("storm", "worker_kills", "redis_faults", "socket_faults", "database", "pgbouncer")


def pytest_collection_modifyitems(items):
    items.sort(key=_place)


def _place(item) -> int:
    name = item.module.__name__.removeprefix("tests.faults.test_")
    return LONGEST.index(name) if name in LONGEST else len(LONGEST)
