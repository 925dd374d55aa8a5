"""What an admin says about a channel's places."""

import re
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
PORTS = {"https": 443, "http": 80}


def origin_of(address: str) -> str:
    """
    Reduce what somebody typed to a web origin: scheme, host and, if unusual, port.

    :raises ValidationError: if it names no site.
    """
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (UnicodeError, ValueError):
        parts, host, port = urlsplit(""), "", None
    if ":" in host:
        host = f"[{host}]"
    if parts.scheme not in PORTS or not HOST.fullmatch(host):
        raise ValidationError(
            _("“%s” is not the address of a site. It looks like https://example.com.")
            % address[:80]
        )
    return f"{parts.scheme}://{host}{f':{port}' if port not in {None, PORTS[parts.scheme]} else ''}"
