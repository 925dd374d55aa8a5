"""A real mail server, Dovecot, on loopback: with a folder of its own, and as whoever runs the tests."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from imapclient import IMAPClient

from helpdesk.children import die_with_parent
from tests.support.servers import SERVERS

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "no Dovecot was found: install dovecot-imapd"
PASSWORD = "let-me-in"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%u
mail_uid = {user}
mail_gid = {group}
mail_max_userip_connections = 50
maildir_very_dirty_syncs = no
disable_plaintext_auth = no
ssl = yes
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
auth_failure_delay = 0
verbose_proctitle = yes
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/home/%u
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


TOKENS = """
introspection_mode = get
introspection_url = {url}?access_token=
force_introspection = yes
username_attribute = email
active_attribute = active
active_value = true
"""


class Dovecot:
    """
    Holds a Maildir for every user who signs in; every one has the same password.

    Whose token another one is, Dovecot asks at an address.
    """

    def __init__(self, home, whose="http://127.0.0.1:9/nobody") -> None:
        self.home, self.whose = home, whose
        self.port, self.tls_port = free_port(), free_port()
        # Mail is nobody's own where root runs the tests: Dovecot refuses to act as root.
        self.user = pwd.getpwuid(os.geteuid() or 65534)
        self._process: subprocess.Popen[bytes] | None = None
        self._serial = count(1)

    @property
    def certificate(self):
        return self.home / "cert.pem"

    def start(self) -> None:
        """Start it, from the main thread: a child hears of the end of the thread that made it."""
        self._own(self.home)
        for name in ("mail", "home", "state"):
            self._own(self.home / name)
        make_certificate(self.home)
        (self.home / "oauth2.conf").write_text(TOKENS.format(url=self.whose))
        config = self.home / "dovecot.conf"
        config.write_text(
            CONFIG.format(
                home=self.home,
                user=self.user.pw_name,
                group=group_of(self.user),
                password=PASSWORD,
                port=self.port,
                tls_port=self.tls_port,
            )
        )
        self._process = subprocess.Popen(
            [str(PROGRAM), "-F", "-c", str(config)],
            stdin=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - from the main thread
        )
        deadline = time.monotonic() + 60
        while not answers(self.port):
            assert self._process.poll() is None, (self.home / "log").read_text()
            assert time.monotonic() < deadline, "Dovecot does not answer."
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None

    def deliver(self, user, raw, folder="INBOX") -> None:
        """Put a mail there as a delivery agent does; whoever waits for news is told."""
        box = self.folder(user, folder)
        name = f"{int(time.time())}.M{next(self._serial):09}P{os.getpid()}.tests"
        (box / "tmp" / name).write_bytes(raw)
        (box / "tmp" / name).chmod(0o666)
        (box / "tmp" / name).rename(box / "new" / name)

    def folder(self, user, name="INBOX"):
        box = self.home / "mail" / user
        if not box.exists():
            for part in ("", "tmp", "new", "cur"):
                self._own(box / part)
        if name != "INBOX":
            box = box / f".{name}"
            for part in ("", "tmp", "new", "cur"):
                if not (box / part).exists():
                    self._own(box / part)
        return box

    def client(self, user) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=30)
        client.login(user, PASSWORD)
        return client

    def flags(self, user, folder="INBOX"):
        """Return the flags of a folder's mails, in their order."""
        with self.client(user) as client:
            client.select_folder(folder, readonly=True)
            found = client.fetch(client.search(), ["FLAGS"])
        return [set(said[b"FLAGS"]) - {b"\\Recent"} for _, said in sorted(found.items())]

    def count_anew(self, user) -> None:
        """Forget all numbers, as a server does whose index was lost."""
        for path in self.folder(user).glob("dovecot*"):
            if "uidvalidity" not in path.name:  # which sees to it that the next is another one
                path.unlink()

    def settings(self, user, **others):
        """Return what a channel's ``config`` says of such a mailbox."""
        said = {"host": "127.0.0.1", "port": self.port, "tls": "none", "user": user}
        return said | others

    def _own(self, path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o777)
        with suppress(PermissionError):
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def group_of(user) -> str:
    import grp

    return grp.getgrgid(user.pw_gid).gr_name


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as probe:
        return int(probe.getsockname()[1])


def answers(port) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        return line.recv(4) == b"* OK"
    return False


def make_certificate(folder) -> None:
    """Make a certificate for localhost that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="session")
def dovecot(mail_service):
    if PROGRAM is None:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(MISSING)
    server = Dovecot(SERVERS.folder(), mail_service.whose_url)
    server.start()
    yield server
    server.stop()
