"""What every page of the settings shows around itself."""

from typing import Any

from accounts.doors import workspaces_of
from accounts.http import WorkspaceRequest


def frame(request: WorkspaceRequest) -> dict[str, Any]:
    return {
        "workspace": request.workspace,
        "me": request.membership,
        "may_manage": True,
        "workspaces": workspaces_of(request.user),
    }
