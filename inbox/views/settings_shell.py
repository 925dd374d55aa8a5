"""What stands around every page of the workspace's settings."""

from typing import Any

from django.conf import settings

from accounts.doors import workspaces_of
from accounts.http import WorkspaceRequest


def shell(request: WorkspaceRequest) -> dict[str, Any]:
    return {
        "workspace": request.workspace,
        "me": request.membership,
        "may_manage": True,
        "workspaces": workspaces_of(request.user),
        "base_url": settings.BASE_URL,
    }
