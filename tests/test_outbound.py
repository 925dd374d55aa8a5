"""Where nothing of ours may go: private addresses, however they are written, and odd ports."""

import socket
from types import SimpleNamespace

import pytest
import requests

from inbox.connectors import reaching, web
from inbox.connectors.base import PermanentConnectorError, TemporaryConnectorError
from inbox.connectors.mail import sending
from inbox.connectors.mail.imap_line import Client, ImapServer
from inbox.connectors.mail.sending import Server
from inbox.connectors.reaching import OPENED, OffLimits, is_public, reach
from inbox.connectors.web import fetch
from inbox.mail_api.line import guard

PUBLIC = "93.184.216.34"
ADDRESS = "https://shop.example/"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "100.64.0.1",
        "169.254.169.254", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0",
        "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::1", "64:ff9b:1::7f00:1", "::127.0.0.1",
        "fec0::1", "3fff::1", "192.88.99.1", "2001:db8::1", "2001:0:5ef5:79fd:0:0:80ff:fffe",
        "2606:4700::5efe:7f00:1",
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


@pytest.mark.parametrize("name", ["cloud.example.", "CLOUD.example", "bücher.example"])
@pytest.mark.parametrize("there", ["127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "fd00::1"])
def test_no_door_leads_to_a_name_that_means_a_private_address(name, there, connects, resolves):
    plain = name.lower().rstrip(".")
    resolves[plain] = resolves[plain.encode("idna").decode()] = [there]
    session = requests.Session()
    guard(SimpleNamespace(session=session), SimpleNamespace(url=""))

    for knock in (
        lambda: fetch(f"https://{name}/"),
        lambda: fetch(f"https://{name}/", {"code": "1"}),
        lambda: session.get(f"https://{name}/"),
        lambda: sending.greet(Server(host=name, port=465)),
        lambda: Client(ImapServer(host=name)),
    ):
        with pytest.raises(OffLimits):
            knock()

    assert connects == []


def test_of_several_addresses_the_private_ones_are_left_out(connects, resolves):
    resolves["shop.example"] = ["10.0.0.1", PUBLIC, "127.0.0.1", "::1"]

    with pytest.raises(TemporaryConnectorError, match=r"shop\.example cannot be reached"):
        fetch(ADDRESS)

    assert connects == [(PUBLIC, 443)]


def test_a_host_of_many_addresses_does_not_hold_us_up(connects, resolves):
    resolves["shop.example"] = [f"93.184.216.{last}" for last in range(1, 200)]

    with pytest.raises(TemporaryConnectorError):
        fetch(ADDRESS)

    assert len(connects) == reaching.MOST_TRIED


def test_whoever_runs_the_site_opens_hosts_and_networks(connects, resolves, opened):
    resolves["mail.corp.example"] = ["192.168.7.7"]
    resolves["other.corp.example"] = ["10.2.3.4", "10.3.3.4"]
    opened(["Mail.corp.example.", "10.2.0.0/16", "fd00:1::/32"])

    for host in ("mail.corp.example", "other.corp.example", "10.2.0.9", "fd00:1::9"):
        with pytest.raises(ConnectionRefusedError):
            reach(host, 993, patience=1)
    for host, port in (("10.3.0.9", 993), ("localhost", 993), ("10.2.0.9", 6379)):
        with pytest.raises(OffLimits):
            reach(host, port, patience=1)

    known = ["192.168.7.7", "10.2.3.4", "10.2.0.9", "fd00:1::9"]
    assert connects == [(address, 993) for address in known]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://user:secret@shop.example/", "sign-in"),
        ("https://shop.example@127.0.0.1/", "sign-in"),
        ("http://shop.example/", "without encryption"),
        ("https://shop.example:22/", "Port 22"),
        ("https://[::1/", "no address"),
        ("https://shop.example:99999/", "no address"),
        ("https:///path", "no address"),
        ("file:///etc/passwd", "no address"),
        ("gopher://shop.example/", "no address"),
    ],
)
def test_an_address_that_is_not_asked(url, said, connects, resolves):
    resolves["shop.example"] = [PUBLIC]

    with pytest.raises(PermanentConnectorError, match=said):
        fetch(url)

    assert connects == []


def test_no_proxy_of_the_environment_is_asked(connects, resolves, monkeypatch):
    resolves["shop.example"] = [PUBLIC]
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:3128")
    session = requests.Session()
    guard(SimpleNamespace(session=session), SimpleNamespace(url=""))

    with pytest.raises(TemporaryConnectorError):
        fetch(ADDRESS)
    with pytest.raises(requests.ConnectionError):
        session.get(ADDRESS)

    assert connects == [(PUBLIC, 443)] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nothing_is_followed_elsewhere(status, answering):
    line = answering(b"HTTP/1.1 %d Elsewhere\r\nLocation: http://[::1]/\r\n\r\n" % status)

    assert fetch("http://shop.example/a?b=c", is_trusted=True) == (status, b"")

    line.shutdown(socket.SHUT_WR)
    assert line.recv(1000).startswith(b"GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\n")


def test_an_answer_that_is_too_large_is_not_read(answering):
    answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (web.LARGEST + 1))

    with pytest.raises(TemporaryConnectorError, match="more than anybody would read"):
        fetch("http://shop.example/", is_trusted=True)


@pytest.mark.parametrize(
    "begun", [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\n\r\nx"]
)
def test_an_answer_that_never_ends_is_broken_off(begun, answering, monkeypatch):
    monkeypatch.setattr(web, "LONGEST", 0.05)
    monkeypatch.setattr(web, "PATIENCE", 600)
    answering(begun, is_over=False)

    with pytest.raises(TemporaryConnectorError, match="did not answer in time"):
        fetch("http://shop.example/", is_trusted=True)


@pytest.fixture
def resolves(monkeypatch):
    """Names and what they mean; nobody else is asked."""
    known: dict[str, list[str]] = {}

    def resolve(host, port, *_, **__):
        for address in known.get(host.lower().rstrip("."), [host]):
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            yield family, socket.SOCK_STREAM, 6, "", (address, port)

    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **more: list(resolve(*args, **more)))
    known["localhost"] = ["127.0.0.1"]
    return known


@pytest.fixture
def opened():
    yield OPENED.set
    OPENED.set([])


@pytest.fixture
def answering(monkeypatch):
    """Give the words of a server that hears what it is asked; no packet leaves this process."""
    ends: list[socket.socket] = []

    def answer(said, *, is_over=True):
        ours, theirs = socket.socketpair()
        ends.extend((ours, theirs))
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        theirs.sendall(said)
        if is_over:
            theirs.shutdown(socket.SHUT_WR)

        def reach(*_, patience, **__):
            ours.settimeout(patience)
            return ours

        monkeypatch.setattr(web, "reach", reach)
        return theirs

    yield answer
    for one in ends:
        one.close()


@pytest.fixture
def connects(monkeypatch):
    tried = []

    def refuse(address, **_):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(reaching.socket, "create_connection", refuse)
    return tried
