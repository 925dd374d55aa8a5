"""Make workspaces."""

from accounts import events
from accounts.enums import EventKind, Role
from accounts.models import Membership, User, Workspace
from accounts.tenancy import scope_of_new


def create_workspace(*, name: str, slug: str, owner: User) -> tuple[Workspace, Membership]:
    """Make a workspace whose super admin is ``owner``."""
    workspace = Workspace(name=name, slug=slug)
    with scope_of_new(workspace):
        membership = Membership.objects.create(user=owner, role=Role.SUPER_ADMIN)
        events.record(EventKind.WORKSPACE_CREATED, workspace, actor=membership, name=name)
    return workspace, membership
