"""Where an address's mail is fetched and sent: known providers, and servers that are asked."""

import socket
import threading

import pytest

from inbox.connectors.mail import detecting
from inbox.connectors.mail.detecting import Place, detect, guess


@pytest.mark.parametrize(
    ("address", "imap", "smtp"),
    [
        ("a@gmail.com", Place("imap.gmail.com", 993), Place("smtp.gmail.com", 587, "starttls")),
        ("a@mail.ru", Place("imap.mail.ru", 993), Place("smtp.mail.ru", 465)),
        ("a@x.example", Place("imap.x.example", 993), Place("smtp.x.example", 587, "starttls")),
    ],
)
def test_a_guess_asks_nobody(address, imap, smtp, monkeypatch):
    monkeypatch.setattr(detecting, "reach", None)

    guessed = guess(address)

    assert (guessed.imap, guessed.smtp) == (imap, smtp)


def test_a_known_provider_is_not_asked(monkeypatch):
    monkeypatch.setattr(detecting, "reach", None)

    assert detect("a@googlemail.com").provider.name == "Gmail"


def test_the_first_that_greets_as_it_should_is_taken(monkeypatch):
    mail, other = greeting(b"* OK ready\r\n"), greeting(b"220 ready\r\n")
    usual = {
        "imap": [("nowhere.", 1, "none"), ("", other, "none"), ("", mail, "none")],
        "smtp": [("", mail, "none"), ("", other, "none")],
    }
    monkeypatch.setattr(detecting, "USUAL", usual)

    found = detect("a@localhost", is_trusted=True)

    assert found.imap == Place("localhost", mail, "none")
    assert found.smtp == Place("localhost", other, "none")
    assert [one.greeted for one in found.tried] == [False, False, True, False, True]


def test_a_server_that_says_nothing_holds_nobody_up(monkeypatch):
    silent = greeting(b"")
    monkeypatch.setattr(detecting, "PATIENCE", 0.2)
    monkeypatch.setattr(detecting, "USUAL", {"imap": [("", silent, "none")], "smtp": []})

    found = detect("a@localhost", is_trusted=True)

    assert found.imap is None
    assert found.smtp is None


def test_nothing_inside_is_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(socket, "create_connection", lambda address, **_: asked.append(address))

    found = detect("a@localhost")

    assert (found.imap, asked) == (None, [])


def greeting(words: bytes) -> int:
    """Answer every caller with these words; return the port."""
    server = socket.create_server(("localhost", 0))

    def serve():
        held = []
        while True:
            line, _ = server.accept()
            held.append(line)
            if words:
                line.sendall(words)

    threading.Thread(target=serve, daemon=True).start()
    return server.getsockname()[1]
