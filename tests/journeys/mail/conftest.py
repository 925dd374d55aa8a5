"""A mail server that hands mails to the running product, and somebody at their desk."""

import subprocess
import sys
from uuid import uuid4

import pytest

from helpdesk.env import BASE_DIR
from tests.mail.posting import written
from tests.support.people import sign_in


@pytest.fixture
def mail_in(live_site):
    """Hand a mail over, as a mail server would; return its subject, which no other mail has."""

    def bring(text="Hello", *, to="support@acme.test", **headers):
        subject = f"About {uuid4().hex[:8]}"
        said = {"subject": subject, "message_id": f"<{uuid4()}@example.test>"} | headers
        subprocess.run(
            [sys.executable, "manage.py", "receive_mail", f"--to={to}"],
            cwd=BASE_DIR,
            env=live_site.environment,
            input=written(text, to=to, **said),
            check=True,
        )
        return subject

    return bring


@pytest.fixture
def screen(new_page, live_site):
    return sign_in(new_page(), live_site, "olga")
