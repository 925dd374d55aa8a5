"""What people reach: the address, its sockets, mail, and the keys that protect them."""

from collections.abc import Iterator
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.mail import get_connection
from django.http.request import validate_host
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import connect
from websockets.typing import Origin

from helpdesk.doctor.finding import Finding
from helpdesk.first_run import is_loopback

PATIENCE = 5  # seconds
LONG_ENOUGH = 50  # characters of SECRET_KEY, as Django asks
REFUSED = 403  # how a server says 4403 before the handshake is done
ENDPOINT = "/doctor/live/"


def check_secrets() -> Iterator[Finding]:
    length = len(settings.SECRET_KEY)
    enough = length >= LONG_ENOUGH
    says = f"{length} characters" + ("" if enough else ": set one of 50 random characters or more.")
    yield Finding("SECRET_KEY", enough, says)
    try:
        keys = [Fernet(key.strip()) for key in settings.CHANNEL_SECRETS_KEYS]
    except ValueError:
        advice = "make one with cryptography's Fernet.generate_key()."
        yield Finding("CHANNEL_SECRETS_KEY", False, f"is not a list of Fernet keys: {advice}")
    else:
        yield Finding("CHANNEL_SECRETS_KEY", True, f"{len(keys)} valid")


def check_address() -> Iterator[Finding]:
    url, parts = settings.BASE_URL, urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    if parts.scheme != "https" and not is_loopback(host):
        yield Finding("address", False, f"{url} sends passwords in the clear: use https.")
    elif not validate_host(host, settings.ALLOWED_HOSTS):
        yield Finding("address", False, f"{host} is refused: add it to ALLOWED_HOSTS.")
    else:
        yield Finding("address", True, url)
    try:
        with urlopen(f"{url}/healthz", timeout=PATIENCE) as answer:  # noqa: S310 - our own address
            ours = answer.read(16) == b"ok"
    except HTTPError as error:
        yield Finding("web", False, f"{url}/healthz answers {error.code}: look at the proxy.")
    except (URLError, OSError) as error:
        why = getattr(error, "reason", error)
        yield Finding("web", False, f"is not running at {url} ({why}): start it, or set BASE_URL.")
    else:
        says = "answers" if ours else "something else answers there: check BASE_URL and the proxy."
        yield Finding("web", ours, says)


def check_socket() -> Iterator[Finding]:
    """Knock at a door that only we would refuse: a proxy that knows no WebSockets says otherwise."""
    url = settings.BASE_URL
    try:
        with connect(
            "ws" + url.removeprefix("http") + ENDPOINT,
            origin=Origin(url),
            open_timeout=PATIENCE,
            proxy=None,
        ):
            yield Finding("sockets", False, "a stranger was let in: something else answers there.")
    except InvalidStatus as refusal:
        code = refusal.response.status_code
        if code == REFUSED:
            yield Finding("sockets", True, "reach us, and strangers are refused")
        else:
            advice = "let the proxy pass Upgrade and Connection on."
            yield Finding("sockets", False, f"are answered with {code}: {advice}")
    except (OSError, WebSocketException) as error:
        yield Finding("sockets", False, f"do not reach us ({error}): start the site first.")


def check_mail() -> Iterator[Finding]:
    if not settings.EMAIL_HOST:
        alone = is_loopback(urlsplit(settings.BASE_URL).hostname or "")
        says = f"is written to {settings.DATA_DIR / 'mail'}"
        advice = "" if alone else ", so nobody gets any: set EMAIL_HOST."
        yield Finding("mail", alone, says + advice)
        return
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection(
            "django.core.mail.backends.smtp.EmailBackend", timeout=PATIENCE, fail_silently=False
        ):
            yield Finding("mail", True, f"{server} takes our mail")
    except OSError as error:  # smtplib's own errors are of this kind, too
        yield Finding("mail", False, f"{server} refuses ({error}): check the EMAIL_ settings.")
