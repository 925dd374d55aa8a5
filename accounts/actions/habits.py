"""How a person likes to write."""

from django.db import transaction

from accounts.models import Membership


@transaction.atomic
def change_habits(membership: Membership, **habits: object) -> Membership:
    """Keep what a person chose for themselves; nobody else is concerned."""
    for name, value in habits.items():
        setattr(membership, name, value)
    membership.save(update_fields=list(habits))
    return membership
