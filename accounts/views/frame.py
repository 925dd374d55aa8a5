"""What every page of the settings shows around itself."""

from typing import Any

from accounts.doors import workspaces_of
from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, may


def frame(request: WorkspaceRequest) -> dict[str, Any]:
    return {
        "workspace": request.workspace,
        "me": request.membership,
        "may_manage": may(request.membership, Permission.MANAGE_CHANNELS),
        "workspaces": workspaces_of(request.user),
    }
