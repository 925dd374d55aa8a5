"""The line to a mail service: where it may go is decided as for every other server."""

from __future__ import annotations

import socket
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from inbox.connectors.reaching import WEB_PORTS, reach


def guard(backend: Any, sender: Any) -> None:
    """
    Let a backend speak to the service itself, by no proxy that it finds, and be sent nowhere else.

    Amazon's has a client of its own, whose address is made of the region alone.
    """
    session = getattr(backend, "session", None)
    if session is None:
        return
    session.trust_env = False
    session.max_redirects = 0
    if not sender.url:  # what the site's settings name is trusted
        session.mount("https://", Guarded())
        session.adapters.pop("http://")


class _Line(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        patience = self.timeout if isinstance(self.timeout, int | float) else 10
        try:
            return reach(self.host, self.port, patience=patience, ports=WEB_PORTS)
        except OSError as error:
            raise NewConnectionError(self, f"{self.host} cannot be reached") from error


class _Pool(HTTPSConnectionPool):
    ConnectionCls = _Line


class Guarded(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _Pool}
