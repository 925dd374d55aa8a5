import pytest

from inbox.connectors.mail import sending
from inbox.oauth_services import service_of
from tests.mail.posting import make_mail_channel
from tests.support.smtp import MailServer


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def server(settings, monkeypatch):
    server = MailServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = False
    monkeypatch.setattr(sending, "PATIENCE", 10)
    yield server
    server.close()


@pytest.fixture
def services(mail_service, settings):
    """Let this installation be known to both services, which are as new; return how to find them."""
    mail_service.forget()
    settings.ALLOW_PRIVATE_SERVERS = True
    settings.OAUTH_SERVICES = {
        key: settings.OAUTH_SERVICES[key] | said for key, said in mail_service.services.items()
    }
    return service_of
