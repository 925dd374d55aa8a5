"""A mail server that cannot be talked to safely hears nothing of the mail, which waits."""

import socket
import ssl
import threading
from contextlib import suppress

import pytest

from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.mail import sending
from tests.support.dovecot import make_certificate
from tests.support.smtp import MailServer

RAW = b"Subject: Secret\r\n\r\nWords\r\n"
OFFERS = "250-here\r\n250 STARTTLS"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", 5)
    server = MailServer()
    yield server
    server.close()


def hand_over(port, tls):
    line = sending.Server(host="127.0.0.1", port=port, tls=tls, is_trusted=True)
    sending.hand_over(line, RAW, sender="support@acme.test", to=["ada@example.test"], name="1")


@pytest.mark.parametrize(
    "answers",
    [{}, {"EHLO": OFFERS, "STARTTLS": "454 4.7.0 not now"}, {"EHLO": OFFERS, "STARTTLS": "220 go"},
     {"EHLO": OFFERS, "STARTTLS": "die"}],
    ids=["not offered", "refused", "not kept", "hangs up"],
)  # fmt: skip
def test_a_line_that_cannot_be_made_safe_carries_nothing(server, answers):
    server.answers = answers

    # One that does not offer it at all will not do so tomorrow: the reply says so at once.
    with pytest.raises(TemporaryConnectorError if answers else PermanentConnectorError):
        hand_over(server.port, "starttls")

    assert server.mails == []


def test_a_certificate_of_nobody_we_trust_is_refused_in_words(tmp_path):
    make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    heard: list[bytes] = []

    def serve():
        with suppress(OSError):
            line, _ = listener.accept()
            with context.wrap_socket(line, server_side=True) as safe:
                heard.append(safe.recv(1))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(TemporaryConnectorError, match="certificate"):
            hand_over(listener.getsockname()[1], "tls")
        thread.join(20)

    assert heard == []
