import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.handlers.asgi import ASGIHandler
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup(set_prefix=False)

from helpdesk.bodies import LimitedBody  # noqa: E402
from helpdesk.sockets import Nowhere, SameOrigin  # noqa: E402
from inbox.consumers import OperatorConsumer  # noqa: E402
from inbox.visitor_consumer import VisitorConsumer  # noqa: E402

sockets = SameOrigin(
    URLRouter(
        [
            path("widget/<str:key>/live/", VisitorConsumer.as_asgi()),
            path("<slug:workspace>/live/", CookieMiddleware(OperatorConsumer.as_asgi())),
            re_path("", Nowhere.as_asgi()),
        ]
    )
)


class Handler(ASGIHandler):
    """Answers in one thread from end to end: nothing of ours awaits, and a change of threads costs."""

    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: Any) -> Any:
        return await sync_to_async(self.get_response)(request)


http = Handler()
application = ProtocolTypeRouter({"http": LimitedBody(http), "websocket": sockets})
