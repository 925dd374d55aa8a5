from django.db import connection, models

from accounts.models import WorkspaceOwned
from accounts.tenancy import ScopedManager, current_workspace


class ConversationCounter(WorkspaceOwned):
    """How many conversations a workspace has numbered; a row of its own, so that it is locked briefly."""

    last = models.PositiveBigIntegerField(default=0)

    objects = ScopedManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="one_counter_each")]

    def __str__(self) -> str:
        return str(self.last)

    @classmethod
    def next_number(cls) -> int:
        """Take the next number; others wait for it until the transaction ends."""
        return cls.next_numbers(1)[0]

    @classmethod
    def next_numbers(cls, count: int) -> range:
        if not count:
            return range(0)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO inbox_conversationcounter AS counter (workspace_id, last) "
                "VALUES (%(workspace)s, %(count)s) ON CONFLICT (workspace_id) "
                "DO UPDATE SET last = counter.last + %(count)s RETURNING last",
                {"workspace": current_workspace().pk, "count": count},
            )
            last = int(cursor.fetchone()[0])
        return range(last - count + 1, last + 1)
