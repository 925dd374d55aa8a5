"""How often somebody may do something; ``LIMITS`` in the environment says it otherwise by name."""

import re
from collections.abc import Iterable

from helpdesk.env import MissingSetting, env_list

SAID = re.compile(r"([a-z-]+)=(\d{1,15})/(\d{1,6})")
MINUTE, HOUR = 60, 3600
GIGABYTE = 1 << 30
# How many in how many seconds. Whom each counts, docs/limits.md says.
DEFAULTS = {
    "api": (300, MINUTE),
    "api-workspace": (6000, MINUTE),
    "automatic-mail": (10, 24 * HOUR),
    "bad-token": (30, MINUTE),
    "bytes": (4 * GIGABYTE, HOUR),
    "bytes-workspace": (40 * GIGABYTE, HOUR),
    "conversation": (120, MINUTE),
    "conversation-workspace": (1200, MINUTE),
    "detection": (20, 5 * MINUTE),
    "export": (30, HOUR),
    "file": (60, MINUTE),
    "frame": (60, 10),
    "help-search": (120, MINUTE),
    "help-vote": (60, HOUR),
    "invitation": (60, HOUR),
    "mail-sign-in": (30, 10 * MINUTE),
    "mail-test": (120, 10 * MINUTE),
    "new-workspace": (10, HOUR),
    "photo": (30, HOUR),
    "rating": (60, MINUTE),
    "search": (240, MINUTE),
    "socket": (500, MINUTE),
    "transcript": (5, HOUR),
    "visitor": (120, MINUTE),
    "visitor-address": (6000, MINUTE),
    "visitor-bytes": (GIGABYTE, HOUR),
    "visitor-file": (20, MINUTE),
    "visitor-files": (60, MINUTE),
    "visitor-message": (30, MINUTE),
    "visitor-socket": (500, MINUTE),
}

# Sign-ins, codes and mails about accounts are counted by allauth, in its own words. Whoever
# knows an address must not be able to have it flooded with our mails.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,100/h/ip,5/5m/key",  # an account's codes count like its passwords
    "reset_password": "20/m/ip,3/h/key",
    "confirm_email": "1/3m/key,3/h/key",
}


def limits(said: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Read ``name=most/seconds``, as often as it is said."""
    changed = {}
    for one in said:
        found = SAID.fullmatch(one)
        if found is None or found[1] not in DEFAULTS or not int(found[3]):
            raise MissingSetting(f"LIMITS names {one!r}: see docs/limits.md for what there is.")
        changed[found[1]] = (int(found[2]), int(found[3]))
    return DEFAULTS | changed


LIMITS = limits(env_list("LIMITS"))
