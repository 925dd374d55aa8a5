"""A workspace to begin with, for an empty database on a machine of one's own."""

import os
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address

from django.utils import timezone

from accounts.models import User, Workspace
from helpdesk.address import Address
from helpdesk.demo import people, plan
from helpdesk.demo.fill import is_broken_off
from helpdesk.env import env_bool


@dataclass(frozen=True)
class Beginning:
    """What to tell who started us, and whether three months of conversations are still to come."""

    lines: list[str]
    is_to_fill: bool = False


def ensure(address: Address) -> Beginning:
    """
    Make the demo's people, teams and channel where there is no workspace at all.

    Nothing is made up where others may come in: there the first person signs up.
    """
    is_new = not Workspace.objects.exists()
    if is_new and not is_loopback(address.host):
        return Beginning([f"Nobody is here yet: sign up at {address.url}accounts/signup/"])
    password = os.environ.get("DEMO_PASSWORD", "")
    if is_new:
        people.create(password, at=timezone.now() - timedelta(plan.DAYS))
    if not User.objects.filter(email=people.email_of("owner")).exists():
        return Beginning([])
    acme = Workspace.objects.get(slug=people.SLUG)
    wanted = env_bool("DEMO_FILL", default=True) and (is_new or is_broken_off(acme))
    return Beginning(people.sign_ins(password), is_to_fill=wanted)


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
