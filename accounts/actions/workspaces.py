"""Make workspaces."""

from django.utils.translation import gettext as _

from accounts import events
from accounts.enums import EventKind, Role
from accounts.errors import Taken, refusing
from accounts.models import Membership, User, Workspace
from accounts.tenancy import scope_of_new


def create_workspace(*, name: str, slug: str, owner: User) -> tuple[Workspace, Membership]:
    """
    Make a workspace whose super admin is ``owner``.

    :raises Taken: if another workspace has the address.
    """
    workspace = Workspace(name=name, slug=slug)
    taken = Taken(_("That address is taken. Choose another."))
    with refusing("accounts_workspace_slug_key", taken), scope_of_new(workspace):
        membership = Membership.objects.create(user=owner, role=Role.SUPER_ADMIN)
        events.record(EventKind.WORKSPACE_CREATED, workspace, actor=membership, name=name)
    return workspace, membership
