"""Mail of a running site: support@acme.test has a mailbox in Dovecot, and mail servers of ours to send by."""

import json
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from tests.mail.posting import ADDRESS, written
from tests.support.dovecot import PASSWORD
from tests.support.proxy import Proxy
from tests.support.rows import inside, rows, until
from tests.support.smtp import MailServer

OURS = "(SELECT id FROM inbox_channel WHERE config->>'address' = %s)"
CONNECT = """
    UPDATE inbox_channel SET secrets = %s, config = config || %s::jsonb WHERE config->>'address' = %s
"""
MAILBOX = """
    INSERT INTO inbox_mailbox (workspace_id, channel_id, after, after_folder, last_error,
        failures, waiting, created_at, next_try_at)
    SELECT workspace_id, id, 'nothing', '', '', 0, 0, now(), now() FROM inbox_channel
    WHERE config->>'address' = %s
"""
FOLDER = """
    INSERT INTO inbox_mailfolder (workspace_id, mailbox_id, name, is_watched, last_uid, first_uid,
        stuck_uid, stuck_times)
    SELECT workspace_id, id, 'INBOX', true, 0, 0, 0, 0 FROM inbox_mailbox WHERE channel_id = {OURS}
"""
DISCONNECT = """
    UPDATE inbox_channel SET config = config - 'imap' - 'smtp' WHERE config->>'address' = %s
"""


class Post:
    """What stands between a site and its customers: a mailbox, a line to it that may break, a mail server."""

    def __init__(self, site, dovecot) -> None:
        self.site, self.dovecot = site, dovecot
        self.user = f"support{uuid4().hex[:8]}"
        self.line, self.server = Proxy(dovecot.port), MailServer()

    def open(self) -> None:
        """Connect the channel, and wait until its first look has been taken: what comes then is new."""
        self.dovecot.folder(self.user)
        imap = self.dovecot.settings(self.user, port=self.line.port)
        smtp = {"host": "127.0.0.1", "port": self.server.port, "tls": "none"}
        with inside(self.site) as connection:
            secrets = self._sealed({"imap": PASSWORD})
            config = json.dumps({"imap": imap, "smtp": smtp})
            connection.execute(CONNECT, [secrets, config, ADDRESS])
            connection.execute(MAILBOX, [ADDRESS])
            connection.execute(FOLDER.format(OURS=OURS), [ADDRESS])
        until(lambda: self.mailbox("last_success_at"))

    def close(self) -> None:
        with inside(self.site) as connection:
            mine = f"SELECT id FROM inbox_mailbox WHERE channel_id = {OURS}"
            connection.execute(f"DELETE FROM inbox_mailfolder WHERE mailbox_id IN ({mine})", [ADDRESS])  # fmt: skip
            connection.execute(f"DELETE FROM inbox_mailbox WHERE channel_id = {OURS}", [ADDRESS])
            connection.execute(DISCONNECT, [ADDRESS])
        self.server.close()
        self.line.close()

    def bring(self, text="Hello", *, to=ADDRESS, **headers) -> str:
        """Lay a mail into the mailbox; return its subject, which no other mail has."""
        said = {"subject": f"About {uuid4().hex[:8]}", "message_id": f"<{uuid4()}@example.test>"}
        said |= headers
        self.dovecot.deliver(self.user, written(text, to=to, **said))
        return said["subject"]

    def sent(self, number=1):
        """Wait until as many mails have gone out; return the last as it is read."""
        until(lambda: len(self.server.mails) >= number)
        return message_from_bytes(self.server.mails[number - 1], policy=policy.compat32)

    def mailbox(self, column):
        """Read what the mailbox's row says now."""
        asked = f"SELECT {column} FROM inbox_mailbox WHERE channel_id = {OURS}"
        return rows(self.site, asked, ADDRESS)[0][0]

    def look_now(self) -> None:
        """Have the mailbox looked into: its time to be tried again has come."""
        with inside(self.site) as connection:
            changed = f"UPDATE inbox_mailbox SET next_try_at = now() WHERE channel_id = {OURS}"
            connection.execute(changed, [ADDRESS])

    def _sealed(self, secrets) -> str:
        lines = (self.site.data_dir / "secrets.env").read_text().splitlines()
        keys = dict(line.split("=", 1) for line in lines if "=" in line)["CHANNEL_SECRETS_KEY"]
        return Fernet(keys.split(",")[0]).encrypt(json.dumps(secrets).encode()).decode()


@pytest.fixture(scope="module")
def post(live_site, dovecot):
    made = Post(live_site, dovecot)
    made.open()
    yield made
    made.close()
