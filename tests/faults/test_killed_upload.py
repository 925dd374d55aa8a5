"""The web process is killed within uploads: a file is there whole, or not at all, and may be given again."""

import hashlib
import os
import random
import secrets
import socket
import time
from uuid import uuid4

import pytest

from tests.support.lines import ask
from tests.support.rows import rows, until
from tests.support.running import Site
from tests.support.servers import SERVERS, WORKER

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group(__name__)]

KILLS = 4
STORED = "SELECT key, sha256 FROM inbox_attachment WHERE stored_at IS NOT NULL"


@pytest.fixture
def site():
    site = Site(SERVERS.home / WORKER / "uploads", FOLLOW_UP_PATIENCE="2")
    try:
        site.start()
        yield site
        site.stop()
    finally:
        site.kill()


def begin(site, door, body, share, **headers):
    """Send so much of a file, and hang on."""
    line = socket.create_connection(("127.0.0.1", site.port))
    headers |= {"Host": "127.0.0.1", "Content-Length": len(body)}
    head = "".join(f"{name}: {said}\r\n" for name, said in headers.items())
    line.sendall(f"PUT {door} HTTP/1.1\r\n{head}\r\n".encode())
    line.sendall(body[: int(len(body) * share)])
    return line


def test_a_file_is_whole_or_not_there(site):
    body, dice = os.urandom(8 << 20), random.Random(7)
    digest = hashlib.sha256(body).hexdigest()
    visitor = {"Authorization": f"Visitor {secrets.token_urlsafe(32)}"}
    visitor |= {"Content-Type": "application/octet-stream"}
    folder = site.data_dir / "files"

    for n in range(KILLS):
        door = f"/widget/demo/attachments/{uuid4()}/?name=a.bin"
        with begin(site, door, body, 0.5 if n % 2 else 1, **visitor):
            time.sleep(dice.uniform(0, 0.3))  # anywhere between the first byte and the answer
            killed = site.kill_group("helpdesk.web")
        until(lambda killed=killed: not any(one.is_running() for one in killed))
        until(site.answers)
        whole(site, folder, digest)
        assert ask(site, "PUT", door, body, **visitor)[0] in {200, 201}
        assert len(whole(site, folder, digest)) >= n + 1
    assert len(whole(site, folder, digest)) == KILLS


def whole(site, folder, digest):
    """Read every file that is said to be there."""
    stored = rows(site, STORED)
    for key, told in stored:
        assert hashlib.sha256((folder / key).read_bytes()).hexdigest() == told == digest
    return stored
