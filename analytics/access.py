"""Who sees which numbers."""

from accounts.http import WorkspaceRequest
from accounts.permissions import Permission, demand, may
from analytics.enums import Dimension
from analytics.reading import Whose


def whose_for(request: WorkspaceRequest) -> Whose:
    """
    Return whose numbers a request may see of those that it asks for: all, or its person's own.

    :raises NotAllowed: if they may see none.
    """
    if not sees_own(request):
        demand(request.membership, Permission.SEE_STATISTICS)
    if may(request.membership, Permission.SEE_STATISTICS):
        return Whose.parse(request.GET.get("whose", ""))
    return Whose(Dimension.OPERATOR, request.membership.pk)


def sees_own(request: WorkspaceRequest) -> bool:
    return request.workspace.operators_see_numbers
