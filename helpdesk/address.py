"""Where the web process listens: HOST and PORT."""

import errno
import os
import socket
from dataclasses import dataclass

from helpdesk.children import CannotStart

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - named so that we may reach it

PORTS = range(1, 65536)


@dataclass(frozen=True)
class Address:
    host: str
    port: int

    @classmethod
    def from_environment(cls) -> "Address":
        port = os.environ.get("PORT") or "8000"
        if not port.isdigit() or int(port) not in PORTS:
            raise CannotStart(f"PORT must be a number from 1 to 65535, not {port}.")
        return cls(os.environ.get("HOST") or "127.0.0.1", int(port))

    @property
    def reach(self) -> str:
        """Where a connection from this machine finds it."""
        return EVERYWHERE.get(self.host, self.host)

    @property
    def url(self) -> str:
        host = f"[{self.reach}]" if ":" in self.reach else self.reach
        return f"http://{host}:{self.port}/"

    def check(self) -> None:
        """Refuse early, and in words, what the web process would refuse late."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(found[0], socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(found[4])
        except OSError as error:
            raise CannotStart(self._explain(error)) from None

    def _explain(self, error: OSError) -> str:
        if error.errno == errno.EADDRINUSE:
            return f"Port {self.port} is taken: stop what listens there, or set PORT to another."
        if error.errno == errno.EACCES:
            return f"Port {self.port} is for root only: set PORT to one from 1024."
        return f"HOST {self.host} is no address of this machine ({error.strerror})."
