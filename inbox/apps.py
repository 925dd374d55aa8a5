from django.apps import AppConfig
from django.conf import settings


class InboxConfig(AppConfig):
    name = "inbox"

    def ready(self) -> None:
        from inbox.connectors.reaching import OPENED

        OPENED.set(settings.PRIVATE_SERVERS)  # connectors know nothing of Django
