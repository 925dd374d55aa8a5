"""Django's sessions in the database, looked up by each request with a statement that is made once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.prepared import Prepared

ALIVE = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), "key", "now"
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        session = ALIVE.first(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None  # so that nobody names a session before it is made
        return session
