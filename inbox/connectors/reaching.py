"""
The way out to hosts that people name: public addresses, and the ports that the purpose has.

What is checked is the address that is connected to, not a name that may mean another one by then.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Collection, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from inbox.connectors.base import PermanentConnectorError

MAIL_PORTS = frozenset({25, 143, 465, 587, 993, 2525})
WEB_PORTS = frozenset({443})
MOST_TRIED = 4  # addresses of one host, each with a patience of its own
TRANSLATED = IPv6Network("64:ff9b::/96")  # RFC 6052: an IPv4 address in its last 32 bits
TUNNELLED = (0x0000_5EFE, 0x0200_5EFE)  # RFC 5214: so does an interface that is named like this
# The library calls these global, or did in some version: ways to what is behind them, or nobody's.
CLOSED = [
    ip_network(one)
    for one in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "3fff::/20", "fec0::/10")
]


class OffLimits(PermanentConnectorError):
    """Nothing of ours goes there."""


class Opened:
    """Private places that whoever runs the site has opened by name: hosts, addresses, networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    def set(self, names: Iterable[str]) -> None:
        hosts, networks = set(), []
        for name in names:
            try:
                networks.append(ip_network(name, strict=False))
            except ValueError:
                hosts.add(_plain(name))
        self.hosts, self.networks = frozenset(hosts), tuple(networks)

    def has(self, host: str, address: str) -> bool:
        if _plain(host) in self.hosts:
            return True
        ip = _unwrapped(ip_address(address.partition("%")[0]))
        return any(ip in network for network in self.networks)


def _plain(host: str) -> str:
    return host.lower().rstrip(".")


OPENED = Opened()


def reach(
    host: str,
    port: int,
    *,
    patience: float,
    is_trusted: bool = False,
    ports: Collection[int] = MAIL_PORTS,
) -> socket.socket:
    """
    Connect to a public host, or to any that is trusted.

    :param patience: seconds, for each of its addresses and then for each answer.
    :param is_trusted: whether whoever runs the site has named or allowed it.
    :raises OffLimits: if it is in a private network, or the port is none of ``ports``.
    :raises OSError: if there is no such host, or it does not answer.
    """
    if is_trusted:
        return socket.create_connection((host, port), timeout=patience)
    if port not in ports:
        some = ", ".join(str(one) for one in sorted(ports))
        raise OffLimits(f"Port {port} is not one that is used for this: {some}.")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(row[4][0]) for row in found))
    open_to_us = [one for one in addresses if is_public(one) or OPENED.has(host, one)]
    if not open_to_us:
        raise OffLimits(f"{host} is in a private network, where nothing is sent from here.")
    trouble: OSError | None = None
    for address in open_to_us[:MOST_TRIED]:
        try:
            return socket.create_connection((address, port), timeout=patience)
        except OSError as error:
            trouble = error
    raise trouble or OSError(f"{host} has no address")


def secured(line: socket.socket, host: str) -> ssl.SSLSocket:
    """Speak TLS over a line with whoever can prove to be the host."""
    return ssl.create_default_context().wrap_socket(line, server_hostname=host)


def is_public(address: str) -> bool:
    """Tell whether an address belongs to the internet, whatever it is wrapped in."""
    ip = _unwrapped(ip_address(address.partition("%")[0]))
    is_closed = any(ip in network for network in CLOSED)
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or is_closed)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in TRANSLATED or int(ip) >> 32 & 0xFFFF_FFFF in TUNNELLED:
        return IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
