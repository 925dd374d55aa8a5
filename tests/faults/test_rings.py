"""Two that answer by themselves do not answer each other for ever."""

import re

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox.connectors.mail import sending
from inbox.connectors.mail.reading import read_mail
from inbox.models import Message
from inbox.tasks import deliver
from routing.actions.rules import keep_rule
from tests.mail.posting import make_mail_channel, post, written
from tests.routing.test_conditions import every
from tests.support.smtp import MailServer

ROUNDS = 6
MARKS = re.compile(
    rb"^(Auto-Submitted|X-Auto-Response-Suppress|Precedence|List-Id|X-Loop|X-Autoreply):.*\r\n",
    re.MULTILINE | re.IGNORECASE,
)


@pytest.fixture
def server(settings, monkeypatch):
    server = MailServer()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_TLS = False
    monkeypatch.setattr(sending, "PATIENCE", 5)
    yield server
    server.close()


@pytest.fixture
def ring(workspace, elsewhere):
    """Two workspaces whose rules answer whatever comes in, each the other's customer."""
    made = {}
    for place, address in ((workspace, "help@one.test"), (elsewhere, "desk@two.test")):
        made[address] = make_mail_channel(place, address)
        answer = {"do": "reply", "with": "We have it.", "named": "We have it."}
        with scope(place):
            keep_rule(
                None, name="Received", is_on=True, stops=False, triggers=["opened", "received"],
                conditions=every(), actions=[answer], actor=None,
            )  # fmt: skip
    return made


@pytest.mark.parametrize(
    ("is_stripped", "most"), [(False, 1), (True, 2)], ids=["marked", "stripped"]
)
def test_two_workspaces_in_a_ring_fall_silent(ring, server, settle, is_stripped, most):
    """Also where somebody between them takes away what says that a program wrote."""
    post(
        ring["desk@two.test"], written("Hello?", sender="Help <help@one.test>", to="desk@two.test")
    )
    carried, counts = 0, []
    for _ in range(ROUNDS):
        for channel in ring.values():
            while settle(channel.workspace):
                pass
            with scope(channel.workspace):
                queued = list(Message.objects.filter(state="queued").values_list("pk", flat=True))
            for pk in queued:
                deliver(channel.workspace, pk)
        for raw in server.mails[carried:]:
            box = ring[read_mail(raw, now=timezone.now()).to[0].address]
            post(box, MARKS.sub(b"", raw) if is_stripped else raw)
        carried = len(server.mails)
        counts.append(carried)

    assert counts == [1, *[most] * (ROUNDS - 1)]
