from typing import Any, TypeVar

from django.db import models

from accounts.models.workspace import Workspace
from accounts.tenancy import current_workspace

_ST_contra = TypeVar("_ST_contra", contravariant=True)
_GT_co = TypeVar("_GT_co", covariant=True)


class OwnedForeignKey(models.ForeignKey[_ST_contra, _GT_co]):
    """
    A reference between two rows of one workspace.

    The database constraint and the index both include the workspace; GuardModel makes them.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options |= {"db_constraint": False, "db_index": False}
        super().__init__(to, on_delete, **options)


class WorkspaceOwned(models.Model):
    """A row that belongs to one workspace. Declare a scoped ``objects`` in every subclass."""

    workspace = models.ForeignKey(
        Workspace,
        models.CASCADE,
        related_name="+",
        default=current_workspace,
        editable=False,
        db_index=False,
    )

    class Meta:
        abstract = True
