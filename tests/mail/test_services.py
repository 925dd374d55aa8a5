"""An admin says which mail service brings a channel's mails, and sees what became of its posts."""

import json
import re

import pytest
from django.conf import settings

from accounts.models import Event
from accounts.tenancy import scope
from inbox.models import Channel, MailHook
from tests.mail.posting import deliveries
from tests.mail.test_hooks import KEY, RAW, TOPIC, basic, mailgun
from tests.mail.test_hooks import post as knock

JSON = "application/json"


@pytest.fixture
def page(client, admin, workspace, mailbox):
    """Ask for the page, or say something on it."""
    client.force_login(admin.user)
    url = f"/{workspace.slug}/settings/channels/{mailbox.pk}/services/"

    def page(**said):
        answer = client.post(url, said) if said else client.get(url)
        return answer.status_code, answer.content.decode()

    return page


def secret_of(mailbox):
    with scope(mailbox.workspace):
        return Channel.objects.get(pk=mailbox.pk).secrets.get("hook")


def address_in(text):
    """Return the path of the address that is shown, and the login in it."""
    shown = re.search(r'<code id="hook">https?://([^<]+)</code>', text)[1]
    login, at, rest = shown.rpartition("@")
    return "/" + rest.partition("/")[2], login if at else ""


def test_a_password_is_drawn_shown_once_and_opens_the_hook(page, mailbox, client):
    status, text = page(service="postmark")
    url, login = address_in(text)
    again = page()[1]

    assert status == 200
    assert secret_of(mailbox) == login
    assert login not in again
    assert address_in(again) == (url, "")
    body = json.dumps({"RawEmail": RAW.decode()}).encode()
    assert knock(client, url, body, JSON, **basic(login)).status_code == 200
    assert len(deliveries(mailbox)) == 1

    other = address_in(page(service="postmark", draw="on")[1])[1]
    assert other not in {"", login}
    assert knock(client, url, body, JSON, **basic(login)).status_code == 401


def test_saving_again_keeps_the_password(page, mailbox):
    page(service="sendgrid")
    kept = secret_of(mailbox)

    assert page(service="sendgrid")[0] == 302
    assert secret_of(mailbox) == kept


def test_a_key_is_typed_once_told_to_nobody_and_gone_with_its_service(page, mailbox, workspace):
    assert page(service="mailgun", key="mg-signing-key-1 older-key")[0] == 302
    text = page()[1]

    assert "mg-signing-key-1" not in text
    assert address_in(text)[0].endswith("/mime")
    with scope(workspace):
        told = json.dumps([event.data for event in Event.objects.order_by("pk")])
        changed = Event.objects.order_by("pk").last()
    assert "mg-signing-key-1" not in told
    assert (changed.kind, changed.data["after"]["config"]["hook"]) == ("channel.changed", "mailgun")
    assert page(service="mailgun")[0] == 302
    assert secret_of(mailbox) == "mg-signing-key-1 older-key"

    page(service="mandrill")
    assert secret_of(mailbox) == ""
    page(service="", key="")
    with scope(workspace):
        assert "hook" not in Channel.objects.get().config


def test_each_of_several_keys_proves_the_service(page, mailbox, client):
    page(service="mailgun", key=f"new-key {KEY}")
    url = address_in(page()[1])[0]

    assert knock(client, url, mailgun()).status_code == 200
    assert knock(client, url, mailgun(token="2", key=f"new-key {KEY}")).status_code == 401


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"service": "mailgun"}, "Type the webhook signing key"),
        ({"service": "ses"}, "Type the ARN of the topic"),
        ({"service": "ses", "key": "support"}, "This is not the ARN of a topic"),
        ({"service": "elsewhere"}, "is not one of the available choices"),
    ],
    ids=["mailgun", "ses", "arn", "unknown"],
)
def test_what_proves_nothing_is_not_saved(page, mailbox, said, sentence):
    status, text = page(**said)

    assert (status, sentence in text) == (422, True)
    assert secret_of(mailbox) is None


def test_a_topic_of_amazons_is_taken(page, mailbox):
    assert page(service="ses", key=TOPIC)[0] == 302
    assert secret_of(mailbox) == TOPIC


def test_mandrill_finds_somebody_there_before_it_tells_its_key(page, mailbox, client):
    page(service="mandrill")
    text = page()[1]
    url = address_in(text)[0]

    assert "Mandrill shows the key when it knows the address" in text
    assert client.head(url).status_code == 200
    assert knock(client, url, b"mandrill_events=[]", "text/plain").status_code == 401


def test_the_page_tells_what_was_taken_and_why_the_last_was_refused(page, mailbox, client):
    url, login = address_in(page(service="postmark")[1])
    assert page()[1].count("Nothing yet") == 2

    knock(client, url, b"{}", JSON, **basic("desk:wrong"))
    text = page()[1]
    assert "The name and the password are wrong." in text
    assert text.count("Nothing yet") == 1
    body = json.dumps({"RawEmail": RAW.decode()}).encode()
    knock(client, url, body, JSON, **basic(login))
    assert page()[1].count("Nothing yet") == 0

    page(service="sendgrid")
    with scope(mailbox.workspace):
        assert not MailHook.objects.exists()


def test_the_address_is_the_sites(page):
    assert f"{settings.BASE_URL}/hooks/mail/ses/" in page(service="ses", key=TOPIC)[1] + page()[1]


# By whom mails go out


@pytest.fixture
def say(client, admin, workspace, mailbox):
    client.force_login(admin.user)
    url = f"/{workspace.slug}/settings/channels/{mailbox.pk}/services/"

    def say(**said):
        answer = client.post(f"{url}sending/", said) if said else client.get(url)
        return answer.status_code, answer.content.decode()

    return say


def test_a_service_is_set_up_and_its_key_told_to_nobody(say, mailbox, workspace):
    said = {
        "sender": "mailgun",
        "sender_key": "key-123456",
        "domain": "MG.acme.test",
        "region": "eu",
    }

    assert say(**said)[0] == 302
    assert say(**said | {"sender_key": ""})[0] == 302

    with scope(workspace):
        kept = Channel.objects.get(pk=mailbox.pk)
        told = json.dumps([event.data for event in Event.objects.order_by("pk")])
    assert kept.setting("sender") == {
        "service": "mailgun",
        "domain": "mg.acme.test",
        "region": "eu",
    }
    assert kept.secrets["sender"] == "key-123456"
    assert "key-123456" not in told + say()[1]

    assert say(sender="")[0] == 302
    with scope(workspace):
        kept = Channel.objects.get(pk=mailbox.pk)
    assert (kept.setting("sender"), kept.secrets["sender"]) == ("", "")


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"sender": "postmark"}, "Type the key"),
        ({"sender": "mailgun", "sender_key": "k", "domain": "a/b"}, "This is not a domain"),
        ({"sender": "mailgun", "sender_key": "k", "region": "mars"}, "It is eu, or empty"),
        ({"sender": "ses", "sender_key": "k", "region": "eu-west-1"}, "Type the ID"),
        ({"sender": "ses", "sender_key": "k", "key_id": "A", "region": "x.evil.test/"}, "Name Amazon"),
        ({"sender": "nobody"}, "is not one of the available choices"),
    ],
    ids=["key", "domain", "region", "id", "amazon", "unknown"],
)  # fmt: skip
def test_what_cannot_send_is_not_saved(say, mailbox, said, sentence):
    status, text = say(**said)

    assert (status, sentence in text) == (422, True)
    with scope(mailbox.workspace):
        assert not Channel.objects.get(pk=mailbox.pk).setting("sender")


def test_a_key_of_one_service_is_not_told_to_another(say):
    say(sender="postmark", sender_key="key")

    assert say(sender="sendgrid")[0] == 422


def test_the_pages_say_how_to_forward_and_which_records_to_publish(say, client, workspace, mailbox):
    assert f"receive_mail --to support@acme.test --workspace {workspace.slug}" in say()[1]
    test = f"/{workspace.slug}/settings/channels/{mailbox.pk}/test/"

    assert "_dmarc.acme.test TXT" in client.get(test).content.decode()
    say(sender="ses", sender_key="k", key_id="A", region="eu-west-1")
    page = client.get(test).content.decode()
    assert "v=spf1 include:amazonses.com ~all" in page
    assert "Amazon SES shows the record" in page
