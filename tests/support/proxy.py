"""A line to a server that breaks where a test wants it to."""

import socket
import threading
from contextlib import suppress


class Proxy:
    """
    Stands before a server and hangs up after a number of bytes from it, as often as told.

    ``cuts`` are taken from the front, one for each connection; where none is left all goes through.
    ``breaks_over`` hangs up whenever the server's words hold these.
    """

    def __init__(self, port) -> None:
        self.target = port
        self.cuts: list[int] = []
        self.breaks_over = b""
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            cut = self.cuts.pop(0) if self.cuts else None
            server = socket.create_connection(("127.0.0.1", self.target))
            for source, sink, most in ((client, server, None), (server, client, cut)):
                threading.Thread(target=self._carry, args=(source, sink, most), daemon=True).start()

    def _carry(self, source, sink, most) -> None:
        carried = 0
        with suppress(OSError):
            while data := source.recv(4096):
                if most is not None:
                    data = data[: most - carried]
                if (
                    self.breaks_over
                    and self.breaks_over in data
                    and sink.getpeername()[1] != self.target
                ):
                    break
                sink.sendall(data)
                carried += len(data)
                if most is not None and carried >= most:
                    break
        for line in (source, sink):
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
