"""Where nothing of ours may go: private addresses, however they are written, and odd ports."""

import socket

import pytest

from inbox.connectors import reaching
from inbox.connectors.mail import sending
from inbox.connectors.mail.sending import Server
from inbox.connectors.reaching import OffLimits, is_public, reach


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1",
    ],
)  # fmt: skip
def test_private_addresses_are_off_limits(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_the_internet_is_not(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "017700000001", "127.1", "::1"]
)
def test_no_spelling_of_loopback_is_connected_to(host, connects):
    with pytest.raises(OffLimits, match="private network"):
        reach(host, 25, patience=1)

    assert connects == []


def test_a_port_that_is_none_of_mails_is_not_knocked_at(connects):
    with pytest.raises(OffLimits, match="Port 6379"):
        reach("93.184.216.34", 6379, patience=1)

    assert connects == []


def test_what_is_checked_is_what_is_connected_to(monkeypatch, connects):
    """A name that means a public address first and loopback afterwards is asked once."""
    answers = iter(["93.184.216.34", "127.0.0.1"])

    def resolve(host, port, **_):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(ConnectionRefusedError):
        reach("rebinding.example", 25, patience=1)

    assert connects == [("93.184.216.34", 25)]


@pytest.mark.parametrize("tls", ["none", "starttls", "tls"])
def test_a_mail_server_that_somebody_named_is_reached_this_way(tls, connects):
    with pytest.raises(OffLimits):
        sending.greet(Server(host="127.0.0.1", port=465, tls=tls))

    assert connects == []


@pytest.fixture
def connects(monkeypatch):
    tried = []

    def refuse(address, **_):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(reaching.socket, "create_connection", refuse)
    return tried
