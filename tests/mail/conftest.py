import pytest

from inbox.connectors.mail import sending
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
