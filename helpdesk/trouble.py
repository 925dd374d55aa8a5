"""What PostgreSQL cannot do just now, but could a moment ago, and will again."""

from collections.abc import Iterator
from typing import ClassVar

from django.db import Error, InterfaceError, OperationalError, ProgrammingError
from django.utils.translation import gettext as _

from accounts.errors import DomainError

NO_ROOM = "53100"
# Of the classes of SQLSTATE those in which another try may fare better: connections, deadlocks and
# serialization, resources, locks, an administrator's order, the system; then what is read-only or
# was ended because it had stood idle.
PASSING = ("08", "40", "53", "55", "57", "58", "25006", "25P03")
LOST = "Cannot open a new connection in an atomic block."  # Django's, once the old one broke


class Unavailable(DomainError):
    code: ClassVar[str] = "unavailable"
    status: ClassVar[int] = 503


class NoRoom(DomainError):
    code: ClassVar[str] = "storage_full"
    status: ClassVar[int] = 507


def trouble_of(error: BaseException | None) -> DomainError | None:
    """Say what to tell the client if it may try again; None means that the fault is ours."""
    for one in _chain(error):
        if _state(one) == NO_ROOM:
            return NoRoom(_("There is no room for anything new. Tell your administrator."))
        if _passes(one):
            return Unavailable(_("The database cannot do this right now. Try again in a moment."))
    return None


def _passes(error: BaseException) -> bool:
    if not isinstance(error, Error):
        return False
    if state := _state(error):
        return state.startswith(PASSING)
    lost = isinstance(error, ProgrammingError) and str(error) == LOST
    return lost or isinstance(error, OperationalError | InterfaceError)


def _state(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None) if isinstance(error, Error) else None


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """What fails on a broken connection hides what broke it."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
