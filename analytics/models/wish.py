from django.db import models

from accounts.models import WorkspaceOwned
from accounts.tenancy import ScopedManager


class RatingRefusal(WorkspaceOwned):
    """An address whose owner does not want to be asked for ratings."""

    email = models.EmailField()  # in lower case
    since = models.DateTimeField()

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "email"], name="refusal_of_address")
        ]

    def __str__(self) -> str:
        return self.email
