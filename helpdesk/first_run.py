"""A workspace to begin with, for an empty database."""

import os

from allauth.account.models import EmailAddress

from accounts.actions.workspaces import create_workspace
from accounts.enums import Role
from accounts.models import Membership, User, Workspace
from accounts.tenancy import scope
from inbox.actions.channels import create_webchat
from inbox.views.demo import CHANNEL_KEY

PEOPLE = {
    "owner": ("Olive Winter", Role.SUPER_ADMIN),
    "marta": ("Marta Silva", Role.ADMIN),
    "olga": ("Olga Ivanova", Role.OPERATOR),
    "ivan": ("Ivan Petrov", Role.OPERATOR),
}


def ensure() -> list[str]:
    """Make the workspace ``acme`` unless there is one; return what to tell who started us."""
    if not Workspace.objects.exists():
        _create(os.environ["DEMO_PASSWORD"])
    if not User.objects.filter(email="owner@acme.test").exists():
        return []
    password = os.environ.get("DEMO_PASSWORD", "")
    return [f"{name}@acme.test  {password}  {role.label}" for name, (_, role) in PEOPLE.items()]


def _create(password: str) -> None:
    users = {
        name: User.objects.create_user(f"{name}@acme.test", password, name=full_name)
        for name, (full_name, _) in PEOPLE.items()
    }
    # Their addresses are made up: nobody could follow a link to confirm them.
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True)
        for user in users.values()
    )
    workspace, owner = create_workspace(name="Acme", slug="acme", owner=users["owner"])
    with scope(workspace):
        for name, (_, role) in PEOPLE.items():
            if name != "owner":
                Membership.objects.create(user=users[name], role=role)
        config = {"origins": [], "greeting": "Hello. How can we help?", "colour": "#1c5a8c"}
        create_webchat(name="Website", config=config, actor=owner, key=CHANNEL_KEY)
