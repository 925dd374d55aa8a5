"""What stands before every WebSocket: whose page opened it?"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import validate_host

from helpdesk.metrics.instruments import SOCKETS

Application = Callable[[Any, Any, Any], Awaitable[None]]

UNAUTHORIZED = 4403


class SameOrigin:
    """
    Let in only pages of this site.

    A browser sends cookies with a socket that any site opens, so the Origin header is what
    tells ours from theirs; a request without one does not come from a browser's page.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"").decode("latin-1")
        host = headers.get(b"host", b"").decode("latin-1")
        name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
        ours = _site(origin) == host and validate_host(name, settings.ALLOWED_HOSTS)
        if not ours:
            await Nowhere.as_asgi()(scope, receive, send)
            return
        is_open = False

        async def watched(message: Any) -> None:
            nonlocal is_open
            if message["type"] == "websocket.accept" and not is_open:
                is_open = True
                SOCKETS.labels(who).inc()
            await send(message)

        who = "visitors" if scope["path"].startswith("/widget/") else "operators"
        try:
            await self.application(scope, receive, watched)
        finally:
            if is_open:
                SOCKETS.labels(who).dec()


def _site(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # such as http://[
        return None


class Nowhere(AsyncWebsocketConsumer):
    """Refuses."""

    async def connect(self) -> None:
        await self.close(code=UNAUTHORIZED)
