"""A mail service like Google's, on loopback: it gives tokens, and its mail servers take nothing else."""

import pytest

from tests.support.oauth import OAuthServer
from tests.support.proxy import Proxy
from tests.support.smtp import MailServer


class MailService(OAuthServer):
    """
    Tokens, and doors to mail servers whose addresses are known before these run.

    ``imap`` leads to the mail server whose port is its ``target``; ``smtp`` takes mails.
    """

    def __init__(self) -> None:
        self.imap = Proxy(0)
        self.smtp = MailServer(self.whose)
        super().__init__()

    def forget(self) -> None:
        super().forget()
        self.smtp.mails, self.smtp.envelopes, self.smtp.signed_in = [], [], []

    @property
    def services(self) -> dict[str, dict[str, str]]:
        """Return what settings say of both services."""
        servers = {
            "IMAP": f"127.0.0.1:{self.imap.port}:none",
            "SMTP": f"127.0.0.1:{self.smtp.port}:none",
        }
        return {key: self.addresses(key) | servers for key in ("google", "microsoft")}

    @property
    def environment(self) -> dict[str, str]:
        return {
            f"OAUTH_{key.upper()}_{name}": value
            for key, said in self.services.items()
            for name, value in said.items()
        }

    def close(self) -> None:
        super().close()
        self.imap.close()
        self.smtp.close()


@pytest.fixture(scope="session")
def mail_service():
    service = MailService()
    yield service
    service.close()


@pytest.fixture
def services(mail_service, settings):
    """Let this installation be known to both services, which are as new; return how to find them."""
    mail_service.forget()
    from inbox.oauth_services import service_of  # not before Django is set up

    settings.ALLOW_PRIVATE_SERVERS = True
    settings.OAUTH_SERVICES = {
        key: settings.OAUTH_SERVICES[key] | said for key, said in mail_service.services.items()
    }
    return service_of
