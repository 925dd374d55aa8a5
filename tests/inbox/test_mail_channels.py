"""A mail channel is set up by an admin in steps, and changed in tabs; its passwords are told to nobody."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Event
from accounts.tenancy import scope
from inbox.models import Channel, Mailbox
from tests.factories import make_team
from tests.mail.posting import make_mail_channel

SENDER = {"name": "Fleet", "style": "company", "company": "Halden"}
SERVERS = {
    "imap_host": "IMAP.halden.example.", "imap_port": "993", "imap_tls": "tls",
    "smtp_host": "smtp.halden.example", "smtp_port": "587", "smtp_tls": "starttls",
    "user": "fleet", "password": "hunter2 hunter2", "smtp_user": "", "smtp_password": "",
}  # fmt: skip
IMAP = {"host": "imap.halden.example", "port": 993, "tls": "tls", "user": "fleet"}
SMTP = {"host": "smtp.halden.example", "port": 587, "tls": "starttls", "user": "fleet"}
SECRET = "hunter2 hunter2"


@pytest.fixture
def post(client, admin, workspace):
    client.force_login(admin.user)

    def post(tail, **said):
        return client.post(f"/{workspace.slug}/settings/channels/{tail}", said)

    return post


@pytest.fixture
def get(client, admin, workspace):
    client.force_login(admin.user)
    return lambda tail: client.get(f"/{workspace.slug}/settings/channels/{tail}")


@pytest.fixture
def read(workspace):
    """Read the workspace's one channel afresh."""

    def read():
        with scope(workspace):
            return Channel.objects.select_related("team").get()

    return read


@pytest.fixture
def channel(post, read):
    """A mail channel whose servers are named."""
    post("mail/new/", **SENDER, address="fleet@halden.example")
    made = read()
    post(f"{made.pk}/servers/", **SERVERS)
    post(f"{made.pk}/destination/", team="", threading="thread")
    return read()


def test_a_mailbox_is_set_up_step_by_step(post, get, read, workspace):
    team = make_team(workspace, name="Fleet team")

    answer = post("mail/new/", **SENDER, address="Fleet@Halden.Example")
    made = read()
    assert answer["Location"].endswith(f"/settings/channels/{made.pk}/servers/")
    assert (made.address, made.enabled, made.is_unfinished) == ("fleet@halden.example", False, True)
    assert "Not finished yet" in get("").content.decode()

    answer = post(f"{made.pk}/servers/", **SERVERS)
    assert answer["Location"].endswith(f"/{made.pk}/test/")
    assert "Test now" in get(f"{made.pk}/test/").content.decode()

    answer = post(f"{made.pk}/fetching/", folder="INBOX, Shop", after="seen", days="30")
    assert answer["Location"].endswith(f"/{made.pk}/destination/")
    answer = post(f"{made.pk}/destination/", team=team.pk, threading="contact")

    made = read()
    assert answer["Location"].endswith(f"/settings/channels/{made.pk}/")
    assert made.config == {
        "address": "fleet@halden.example",
        "from": {"style": "company", "name": "Halden"},
        "imap": IMAP,
        "smtp": SMTP,
        "threading": "contact",
        "fetching": {"folders": ["INBOX", "Shop"], "after": "seen", "after_folder": ""},
    }
    assert made.secrets == {"imap": SECRET, "smtp": SECRET}
    assert (made.enabled, made.team) == (True, team)
    with scope(workspace):
        mailbox = Mailbox.objects.get(channel=made)
        folders = list(mailbox.folders.order_by("pk").values_list("name", "is_watched"))
    assert mailbox.after == "seen"
    assert folders == [("INBOX", True), ("Shop", True)]


def test_a_channel_has_a_signature_for_those_who_have_none(channel, post, get, read):
    typed = SENDER | {"signature": "{name}\r\n{workspace}"}

    post(f"{channel.pk}/address/", **typed)

    assert read().config["signature"] == "{name}\n{workspace}"
    assert b">{name}\n{workspace}</textarea>" in get(f"{channel.pk}/address/").content
    post(f"{channel.pk}/address/", **SENDER)
    assert "signature" not in read().config
    assert post(f"{channel.pk}/address/", **SENDER, signature="x" * 2001).status_code == 422


def test_whoever_skips_the_folders_has_the_inbox_fetched(channel, workspace):
    with scope(workspace):
        folders = Mailbox.objects.get(channel=channel).folders.values_list("name", flat=True)
        assert list(folders) == ["INBOX"]


def test_passwords_are_told_to_nobody(channel, post, get, workspace, client, super_admin):
    post(f"{channel.pk}/servers/", **SERVERS | {"imap_port": "143", "password": "new " + SECRET})

    pages = [get(f"{channel.pk}/{tail}/") for tail in ("servers", "address", "test", "fetching")]
    with scope(workspace):
        events = [one.data for one in Event.objects.order_by("pk")]
    client.force_login(super_admin.user)
    log = client.get(f"/{workspace.slug}/settings/audit/").content.decode()
    for text in (*(page.content.decode() for page in pages), json.dumps(events), log):
        assert SECRET not in text
    changed = events[-1]
    assert changed["before"]["secrets"] == changed["after"]["secrets"] == "••••••••"
    assert "Settings: imap: port" in log
    assert "Passwords" in log


def test_a_kept_password_goes_to_no_other_server(channel, post, read):
    """Whoever may change a server's name must not have the password sent to theirs."""
    elsewhere = SERVERS | {"imap_host": "imap.thief.example", "password": ""}

    refused = post(f"{channel.pk}/servers/", **elsewhere)

    assert refused.status_code == 422
    assert "Type the password again" in refused.content.decode()
    assert read().setting("imap") == IMAP


@pytest.mark.parametrize("side", ["imap", "smtp"])
def test_a_kept_password_stays_where_it_was_typed_for(channel, post, read, side):
    answer = post(f"{channel.pk}/servers/", **SERVERS | {"password": ""})

    assert answer.status_code == 302
    assert read().secrets[side] == SECRET


def test_sending_may_have_a_sign_in_of_its_own(channel, post, read):
    own = {"smtp_user": "relay", "smtp_password": "other", "password": ""}

    post(f"{channel.pk}/servers/", **SERVERS | own)

    assert read().setting("smtp") == SMTP | {"user": "relay"}
    assert read().secrets == {"imap": SECRET, "smtp": "other"}


def test_without_a_receiving_server_nothing_is_fetched(channel, post, read, workspace):
    post(f"{channel.pk}/servers/", **SERVERS | {"imap_host": ""})

    assert read().setting("imap", None) is None
    with scope(workspace):
        assert not Mailbox.objects.exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"imap_host": "not a host"}, "This is not the name of a server."),
        ({"smtp_host": "http://x.example"}, "This is not the name of a server."),
        ({"imap_port": "6379"}, "Mail servers are at 25, 143, 465, 587, 993, 2525."),
        ({"imap_port": "99999"}, "less than or equal to 65535"),
        ({"imap_tls": "none"}, "Select a valid choice."),
        ({"imap_host": "", "smtp_host": ""}, "Name at least one of the two servers."),
        ({"password": "", "user": "other"}, "Type the password again"),
        ({"smtp_user": "relay"}, "Type the password again"),
    ],
)
def test_servers_that_make_no_sense_are_refused(channel, post, read, typed, sentence):
    refused = post(f"{channel.pk}/servers/", **SERVERS | typed)

    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert read().config == channel.config
    assert read().secrets == channel.secrets


def test_whoever_runs_the_site_may_allow_servers_inside(channel, post, read, settings):
    settings.ALLOW_PRIVATE_SERVERS = True

    post(f"{channel.pk}/servers/", **SERVERS | {"imap_host": "127.0.0.1", "imap_port": "1143", "imap_tls": "none"})  # fmt: skip

    assert read().setting("imap") == IMAP | {"host": "127.0.0.1", "port": 1143, "tls": "none"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"address": "nobody"}, "This is not a mail address."),
        ({"address": "a@b@c.example"}, "This is not a mail address."),
        ({"address": "support@ACME.test"}, "Another channel has this address."),
        ({"name": "Mail to support@acme.test"}, "Another channel has this name."),
        ({"name": ""}, "Give the channel a name."),
        ({"style": "loud"}, "Select a valid choice."),
    ],
)
def test_an_address_that_makes_no_sense_begins_nothing(post, workspace, read, typed, sentence):
    known = make_mail_channel(workspace)

    refused = post("mail/new/", **SENDER | {"address": "fleet@halden.example"} | typed)

    assert refused.status_code == 422
    assert sentence in refused.content.decode()
    assert read() == known


def test_moving_needs_a_folder_that_is_not_fetched(channel, post):
    for folder in ("", "INBOX"):
        typed = {"folder": "INBOX", "after": "move", "after_folder": folder}
        assert post(f"{channel.pk}/fetching/", **typed).status_code == 422


def test_a_paused_channel_comes_back_where_it_was(channel, post, read, workspace):
    with scope(workspace):
        Mailbox.objects.update(next_try_at=None, failures=3)

    post(f"{channel.pk}/switch/", enabled="")
    assert not read().enabled
    post(f"{channel.pk}/switch/", enabled="on")

    assert read().enabled
    with scope(workspace):
        mailbox = Mailbox.objects.get()
    assert mailbox.next_try_at is not None
    assert mailbox.failures == 0


def test_fetching_now_leaves_whoever_waits_in_the_mailbox_alone(channel, post, workspace):
    """Who waits there for news would have to sign in again, and be later than before."""
    held = {"lease": uuid4(), "leased_until": timezone.now() + timedelta(minutes=1)}
    with scope(workspace):
        Mailbox.objects.update(**held)

    post(f"{channel.pk}/fetch/")
    with scope(workspace):
        assert Mailbox.objects.get().lease == held["lease"]
        Mailbox.objects.update(failing_since=timezone.now(), failures=2)
    post(f"{channel.pk}/fetch/")

    with scope(workspace):
        mailbox = Mailbox.objects.get()
    assert (mailbox.lease, mailbox.failures) == (None, 0)


def test_servers_are_looked_for_with_no_transaction_open(post, get, read, monkeypatch):
    from inbox.connectors.mail import detecting

    seen = []

    def ask(asked, **_):
        seen.append(connection.in_atomic_block)
        return [detecting.Tried(place, place.port == 993, 0.1) for _kind, place in asked]

    monkeypatch.setattr(detecting, "_ask", ask)
    post("mail/new/", **SENDER, address="fleet@halden.example")

    text = get(f"{read().pk}/detection/").content.decode()

    assert seen == [False]
    assert 'value="imap.halden.example"' in text
    assert "Not found." in text
    assert "smtp.halden.example 587: no answer" in text


def test_a_known_provider_is_named_at_once(post, get, read):
    post("mail/new/", **SENDER, address="halden@gmail.com")

    text = get(f"{read().pk}/servers/").content.decode()

    assert "Gmail is known." in text
    assert "app password" in text
    assert "detection" not in text
