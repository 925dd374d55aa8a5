"""Mail services post mails to us: only they, only to their channel, each mail once, as it came."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from hashlib import sha1, sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from django.conf import settings
from django.core.management import call_command

from accounts.tenancy import scope
from inbox import intake, storage
from inbox.connectors.base import Forged
from inbox.connectors.mail import hooks, sns
from inbox.models import Channel, Message
from tests.mail.posting import ADDRESS, deliveries, make_mail_channel, written

RAW = written("Grüße — \U0001f600".encode().decode("latin-1")).decode().encode("latin-1")
KEY = "mg-signing-key-1"
TOPIC = "arn:aws:sns:eu-west-1:1:mails"
CERTIFICATE = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-1.pem"


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


def hook(channel, service, key="", capsys=None):
    """Set a service up as an admin would; return the address, and the login in it."""
    words = {"workspace": channel.workspace.slug, "channel": ADDRESS, "service": service}
    call_command("mail_hook", key=key, **words)
    said = capsys.readouterr().out.strip()
    _, _, rest = said.partition("://")
    login, at, rest = rest.rpartition("@")
    return f"/{rest.partition('/')[2]}", login if at else ""


def basic(login):
    return {"Authorization": "Basic " + base64.b64encode(login.encode()).decode()}


def form(**fields):
    """Write a form as services do, mails byte for byte."""
    parts = [
        b'--cut\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (
            name.replace("_mime", "-mime").encode(),
            value if isinstance(value, bytes) else value.encode(),
        )
        for name, value in fields.items()
    ]
    return b"".join(parts) + b"--cut--\r\n"


def post(client, url, body, kind="multipart/form-data; boundary=cut", **headers):
    return client.post(url, body, content_type=kind, headers=headers)


def mailgun(raw=RAW, *, at=None, token="tok-123", key=KEY):
    at = str(int(time.time()) if at is None else at)
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), sha256).hexdigest()
    return form(
        recipient=ADDRESS, sender="ada@example.test", timestamp=at, token=token,
        signature=signature, body_mime=raw,
    )  # fmt: skip


def raw_of(channel):
    [kept] = deliveries(channel)
    with storage.piece(kept.raw_key, 0, kept.raw_size) as file:
        return file.read(kept.raw_size)


def test_mailgun_brings_the_mail_as_it_came_and_once(client, mailbox, capsys):
    url, _ = hook(mailbox, "mailgun", KEY, capsys)
    body = mailgun()

    assert [post(client, url, body).status_code for _ in range(3)] == [200, 200, 200]

    [kept] = deliveries(mailbox)
    assert raw_of(mailbox) == RAW
    assert kept.envelope == {"to": ADDRESS, "from": "ada@example.test", "once": "tok-123"}
    intake.ingest(mailbox.workspace, kept.pk)
    with scope(mailbox.workspace):
        assert Message.objects.get().text == "Grüße — \U0001f600"


def test_mailguns_own_vector():
    fields = {"timestamp": "1700000000", "token": "tok-123"}
    right = "925c27ef25e40616aa1f7e717e8e9ac61188beb7b2390da598f77879d88b0684"
    said = hooks.Post(
        "", {"content-type": "multipart/form-data; boundary=cut"}, form(**fields, signature=right)
    )

    hooks.SERVICES["mailgun"].verify(said, KEY, 1_700_000_000)
    for now in (1_700_000_000 + 13 * 3600, 1_700_000_000 - 600):
        with pytest.raises(Forged):
            hooks.SERVICES["mailgun"].verify(said, KEY, now)


@pytest.mark.parametrize(
    "body",
    [mailgun(key="another"), mailgun(at=1_700_000_000), form(body_mime=RAW), b"", b"--cut--"],
    ids=["key", "old", "unsigned", "empty", "nothing"],
)
def test_what_proves_nothing_is_refused_and_leaves_nothing(client, mailbox, capsys, body):
    url, _ = hook(mailbox, "mailgun", KEY, capsys)

    assert post(client, url, body).status_code == 401
    assert deliveries(mailbox) == []


def test_a_proof_is_good_for_one_mail(client, mailbox, capsys):
    url, _ = hook(mailbox, "mailgun", KEY, capsys)

    assert post(client, url, mailgun()).status_code == 200
    assert post(client, url, mailgun(RAW + b" and more")).status_code == 401
    assert len(deliveries(mailbox)) == 1


@pytest.mark.parametrize("service", ["postmark", "sendgrid"])
def test_services_with_a_password(client, mailbox, capsys, service):
    url, login = hook(mailbox, service, capsys=capsys)
    if service == "postmark":
        kind = "application/json"
        body = json.dumps({"RawEmail": RAW.decode(), "OriginalRecipient": ADDRESS}).encode()
    else:
        kind = "multipart/form-data; boundary=cut"
        body = form(email=RAW, envelope=json.dumps({"to": [ADDRESS], "from": "ada@example.test"}))

    for wrong in ({}, basic("desk:"), basic("desk:wrong"), {"Authorization": "Basic ???"}):
        assert post(client, url, body, kind, **wrong).status_code == 401
    assert deliveries(mailbox) == []
    assert post(client, url, body, kind, **basic(login)).status_code == 200
    assert raw_of(mailbox) == RAW
    assert deliveries(mailbox)[0].envelope["to"] == ADDRESS
    assert (
        post(
            client, url, b"{}" if service == "postmark" else form(), kind, **basic(login)
        ).status_code
        == 406
    )


def test_mandrill_signs_address_and_fields(client, mailbox, capsys):
    from urllib.parse import urlencode

    url, _ = hook(mailbox, "mandrill", KEY, capsys)
    events = json.dumps(
        [
            {
                "event": "inbound",
                "msg": {"raw_msg": RAW.decode(), "email": ADDRESS, "sender": "a@b.test"},
            }
        ]
    )
    signed = f"{settings.BASE_URL}{url}mandrill_events{events}".encode()
    right = base64.b64encode(hmac.new(KEY.encode(), signed, sha1).digest()).decode()
    kind, body = "application/x-www-form-urlencoded", urlencode({"mandrill_events": events})

    assert client.head(url).status_code == 200
    wrong = {"X-Mandrill-Signature": "x"}
    assert post(client, url, body, kind, **wrong).status_code == 401
    assert post(client, url, body, kind, **{"X-Mandrill-Signature": right}).status_code == 200
    assert raw_of(mailbox) == RAW


def test_each_channel_has_its_own_address_and_key(client, mailbox, elsewhere, capsys):
    other = make_mail_channel(elsewhere)
    here, login = hook(mailbox, "postmark", capsys=capsys)
    there, _ = hook(other, "postmark", capsys=capsys)
    body = json.dumps({"RawEmail": RAW.decode()}).encode()

    assert post(client, there, body, "application/json", **basic(login)).status_code == 401
    for nowhere in (here.replace("postmark", "sendgrid"), "/hooks/mail/postmark/nowhere/"):
        assert post(client, nowhere, body, "application/json", **basic(login)).status_code == 404
    with scope(mailbox.workspace):
        Channel.objects.update(enabled=False)
    assert post(client, here, body, "application/json", **basic(login)).status_code == 404
    assert deliveries(mailbox) + deliveries(other) == []


def test_what_we_cannot_keep_now_is_to_be_posted_again(client, mailbox, capsys, monkeypatch):
    def full(key, file):
        raise storage.StorageFull("There is no room.")

    url, login = hook(mailbox, "postmark", capsys=capsys)
    monkeypatch.setattr(storage, "save", full)
    body = json.dumps({"RawEmail": RAW.decode()}).encode()

    assert post(client, url, body, "application/json", **basic(login)).status_code == 507
    assert deliveries(mailbox) == []


class Amazon:
    """A topic with a key and a certificate of its own."""

    def __init__(self):
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
        now = datetime.now(UTC)
        made = x509.CertificateBuilder().subject_name(name).issuer_name(name)
        made = made.public_key(self.key.public_key()).serial_number(1)
        made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
        certificate = made.sign(self.key, hashes.SHA256())
        self.pem = certificate.public_bytes(serialization.Encoding.PEM)
        self.asked = []

    def get(self, url):
        self.asked.append(url)
        return self.pem

    def says(self, version="2", **fields):
        said = {
            "Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Message": "{}",
            "Timestamp": "2026-11-22T00:00:00Z", "SigningCertURL": CERTIFICATE,
            "SignatureVersion": version,
        } | fields  # fmt: skip
        signed = "".join(f"{n}\n{said[n]}\n" for n in sns.SIGNED[said["Type"]] if n in said)
        kind = hashes.SHA256() if version == "2" else hashes.SHA1()
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), kind)
        return said | {"Signature": base64.b64encode(signature).decode()}


@pytest.fixture(scope="module")
def amazon():
    return Amazon()


def received(raw=RAW):
    action = {"type": "SNS", "encoding": "BASE64"}
    return json.dumps(
        {
            "notificationType": "Received",
            "mail": {"source": "ada@example.test"},
            "receipt": {"recipients": [ADDRESS], "action": action},
            "content": base64.b64encode(raw).decode(),
        }
    )


@pytest.fixture
def ses(client, mailbox, capsys, amazon, monkeypatch):
    url, _ = hook(mailbox, "ses", TOPIC, capsys)
    monkeypatch.setattr(sns.verify, "__defaults__", (amazon.get,))
    monkeypatch.setattr(sns.confirm, "__defaults__", (amazon.get,))
    amazon.asked.clear()
    return lambda said: post(client, url, json.dumps(said), "text/plain; charset=UTF-8").status_code


@pytest.mark.parametrize("version", ["1", "2"])
def test_amazon_brings_a_mail(ses, mailbox, amazon, version):
    assert ses(amazon.says(version, Message=received())) == 200
    assert raw_of(mailbox) == RAW
    assert deliveries(mailbox)[0].envelope == {"to": ADDRESS, "from": "ada@example.test"}


@pytest.mark.parametrize(
    "change",
    [
        {"Message": received(b"Subject: forged\r\n\r\nx")},
        {"TopicArn": "arn:aws:sns:eu-west-1:2:other"},
        {"Signature": "AAAA"},
        {"Signature": "?"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": "1"},
        {"SigningCertURL": "https://evil.test/a.pem"},
        {"SigningCertURL": "http://sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com.evil.test/a.pem"},
        {"SigningCertURL": "https://evil@sns.eu-west-1.amazonaws.com/a.pem"},
        {"SigningCertURL": "https://sns.eu-west-1.amazonaws.com:8443/a.pem"},
        {"SigningCertURL": "https://[broken"},
    ],
    ids=lambda change: " ".join(f"{k} {v}"[:60] for k, v in change.items()),
)
def test_what_amazon_did_not_sign_is_refused(ses, mailbox, amazon, change):
    assert ses(amazon.says(Message=received()) | change) == 401
    assert deliveries(mailbox) == []
    assert set(amazon.asked) <= {CERTIFICATE}


def test_a_topic_is_confirmed_only_at_amazons(ses, amazon):
    ours = "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=1"
    asks = {"Type": "SubscriptionConfirmation", "Token": "1"}

    assert ses(amazon.says(SubscribeURL="https://169.254.169.254/", **asks)) == 401
    assert ses(amazon.says(SubscribeURL=ours, **asks)) == 200
    assert amazon.asked == [CERTIFICATE, CERTIFICATE, ours]
