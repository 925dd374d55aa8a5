import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.sessions import CookieMiddleware
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
http = get_asgi_application()

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
application = ProtocolTypeRouter({"http": LimitedBody(http), "websocket": sockets})
