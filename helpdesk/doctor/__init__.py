"""Looks at an installation from all sides and says what to do about what it finds."""

from collections.abc import Iterator

from helpdesk.doctor import database, servers, site
from helpdesk.doctor.finding import Finding

CHECKS = (
    site.check_secrets,
    database.check,
    servers.check_redis,
    servers.check_hearts,
    servers.check_put_aside,
    servers.check_storage,
    site.check_address,
    site.check_socket,
    site.check_mail,
)


def examine() -> Iterator[Finding]:
    """Run every check; one that breaks is a finding, too, and stops no other."""
    for check in CHECKS:
        try:
            yield from check()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what we were asked for
            name = check.__name__.removeprefix("check_")
            yield Finding(name, False, f"could not be looked at: {error!r}")
