"""A mail server hands mails to a command, and reads from its exit code what to do with them."""

import os
import subprocess
import sys
from io import BytesIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.tenancy import scope
from helpdesk.env import BASE_DIR
from inbox import intake, storage
from inbox.actions.mail_threads import reply_key
from inbox.connectors.mail.threads import reply_address
from inbox.enums import DeliveryState
from inbox.models import Conversation, Mail, Message
from inbox.tasks import ingest_waiting_deliveries
from tests.mail.posting import ADDRESS, deliveries, make_mail_channel, post, written

MEGABYTE = 1024 * 1024


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


def receive(raw, to=ADDRESS, **options):
    call_command("receive_mail", to=to, stdin=BytesIO(raw), **options)


def code_of(raw, to=ADDRESS, **options):
    with pytest.raises(CommandError) as refused:
        receive(raw, to, **options)
    return refused.value.returncode


def read_all(channel):
    for delivery in deliveries(channel):
        intake.ingest(channel.workspace, delivery.pk)


def messages(channel):
    with scope(channel.workspace):
        return list(Message.objects.filter(channel=channel).order_by("pk"))


def test_a_mail_is_kept_first_and_read_by_a_worker(mailbox):
    receive(written(), to=ADDRESS.upper(), sender="ada@example.test")

    [kept] = deliveries(mailbox)
    assert (kept.state, kept.message_id) == (DeliveryState.WAITING, None)
    assert kept.envelope == {"to": ADDRESS.upper(), "from": "ada@example.test"}
    read_all(mailbox)
    assert [message.text for message in messages(mailbox)] == ["Hello"]


def test_a_mail_that_is_brought_again_is_there_once(mailbox):
    for _ in range(3):
        receive(written())
        read_all(mailbox)

    assert (len(deliveries(mailbox)), len(messages(mailbox))) == (1, 1)


def test_a_lost_bell_is_rung_again_by_the_clock(mailbox, monkeypatch):
    receive(written())
    rung = []
    monkeypatch.setattr("inbox.tasks.is_backed_up", lambda queue: False)
    monkeypatch.setattr("inbox.tasks.ring", lambda task, **said: rung.append(said["delivery_id"]))

    ingest_waiting_deliveries()

    assert rung == [deliveries(mailbox)[0].pk]


def test_the_envelope_leads_into_a_conversation(mailbox):
    conversation = post(mailbox, written()).conversation
    with scope(mailbox.workspace):
        address = reply_address(ADDRESS, conversation.public_id, reply_key())

    # The reader's program wrote to an alias; only the envelope has the reply address.
    receive(written("Me again", to="alias@acme.test", message_id="<2@x.test>"), to=address)
    receive(written("Hi", to="alias@acme.test", message_id="<3@x.test>"), to="support+x@acme.test")
    read_all(mailbox)

    with scope(mailbox.workspace):
        found = {said.text: said.conversation_id for said in Message.objects.all()}
    assert found["Me again"] == conversation.pk
    assert found["Hi"] != conversation.pk


def test_what_comes_from_nobody_is_automatic(mailbox):
    receive(written(), sender="")
    read_all(mailbox)

    with scope(mailbox.workspace):
        assert Mail.objects.get().automatic
        assert Conversation.objects.get().waiting_since is None


def test_a_mail_for_nobody_goes_back(mailbox):
    assert code_of(written(), "nobody@acme.test") == os.EX_NOUSER
    assert code_of(written(), "nonsense") == os.EX_NOUSER
    assert deliveries(mailbox) == []


@pytest.mark.parametrize("raw", [b"", b"\r\n \r\n"], ids=["empty", "blank"])
def test_an_empty_mail_is_no_mail(mailbox, raw):
    assert code_of(raw) == os.EX_DATAERR


def test_an_address_of_several_workspaces_waits_until_one_is_named(mailbox, elsewhere):
    other = make_mail_channel(elsewhere)

    assert code_of(written()) == os.EX_TEMPFAIL
    assert code_of(written(), workspace="nowhere") == os.EX_TEMPFAIL
    receive(written(), workspace=elsewhere.slug)
    assert (len(deliveries(mailbox)), len(deliveries(other))) == (0, 1)


def test_a_channel_that_is_off_takes_mails_later(mailbox):
    with scope(mailbox.workspace):
        mailbox.enabled = False
        mailbox.save(update_fields=["enabled"])

    assert code_of(written()) == os.EX_TEMPFAIL


def test_trouble_of_ours_makes_the_mail_server_try_again(mailbox, monkeypatch):
    def full(key, file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "save", full)

    assert code_of(written()) == os.EX_TEMPFAIL
    assert deliveries(mailbox) == []


def pipe(raw, *words, **environment):
    return subprocess.run(
        [sys.executable, BASE_DIR / "manage.py", "receive_mail", *words],
        input=raw,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"} | environment,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_the_command_itself_takes_a_large_mail(mailbox):
    large = written("x" * 76 + "\r\n") + (b"y" * 74 + b"\r\n") * (40 * MEGABYTE // 76)

    done = pipe(large, f"--to={ADDRESS}")

    assert (done.returncode, done.stderr) == (os.EX_OK, b"")
    [kept] = deliveries(mailbox)
    assert kept.raw_size == len(large)
    with storage.piece(kept.raw_key, 0, kept.raw_size) as file:
        assert file.read(kept.raw_size) == large


def test_a_database_that_is_away_is_no_reason_to_send_a_mail_back(mailbox):
    nowhere = "postgresql://app@127.0.0.1:1/nowhere"

    assert pipe(written(), f"--to={ADDRESS}", DATABASE_URL=nowhere).returncode == os.EX_TEMPFAIL
    assert pipe(written(), "--misspelt").returncode == os.EX_TEMPFAIL
    assert pipe(written(), f"--to={ADDRESS}", DATABASE_POOL="many").returncode == os.EX_TEMPFAIL
    assert pipe(written(), "--to=nobody@acme.test").returncode == os.EX_NOUSER
