"""PgBouncer in transaction mode: each transaction gets whichever of a few connections is free."""

import os
import shutil
import subprocess

import psycopg
import pytest

from helpdesk.children import die_with_parent
from tests.support.rows import until
from tests.support.running import free_port

MISSING = "PgBouncer is not installed: apt-get install pgbouncer"
SETTINGS = """
[databases]
* = host={sockets} user=helpdesk_app
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {places}
max_client_conn = 300
"""


class Bouncer:
    """Before one PostgreSQL, as the role that the runtime has."""

    def __init__(self, postgres, folder, database, *, places) -> None:
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        self.program = program or pytest.fail(MISSING)
        self.account, self.port = postgres.account, free_port()
        self.url = f"postgresql://helpdesk_app@127.0.0.1:{self.port}/{database}"
        self.settings = folder / "pgbouncer.ini"
        said = SETTINGS.format(sockets=postgres.sockets, port=self.port, places=places)
        self.settings.write_text(said)
        self.settings.chmod(0o644)
        self.log = folder / "pgbouncer.log"

    def start(self) -> None:
        account = self.account
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self.program, str(self.settings)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                preexec_fn=die_with_parent(9),  # noqa: PLW1509
            )
        until(self._answers)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            with psycopg.connect(self.url):
                return True
        except psycopg.OperationalError:
            return False
