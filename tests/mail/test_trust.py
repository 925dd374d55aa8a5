"""What our own mail server says of a sender, and what nobody else can make it say."""

import pytest

from accounts.tenancy import scope
from inbox.actions.receiving import claim_handle
from inbox.connectors.base import Sender
from inbox.connectors.mail.trust import Trust, judge
from inbox.models import Channel, Contact, Mail
from tests.factories import make_channel
from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_receiving import reread, sent_by_us

OURS = "mx.acme.test"
ADA = "ada@example.test"
PASS = f"{OURS}; dmarc=pass header.from=example.test"
FAIL = f"{OURS}; spf=fail smtp.mailfrom=evil.test; dkim=none; dmarc=fail header.from=example.test"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (PASS, Trust.PASS),
        (FAIL, Trust.FAIL),
        (f"{OURS}; dmarc=none; spf=none", Trust.NONE),
        (f"{OURS} 1; dkim=pass header.d=example.test", Trust.PASS),
        (f"{OURS}; dkim=pass header.i=@mail.example.test", Trust.PASS),
        (f"{OURS.upper()}; dkim=pass (2048-bit key; unprotected) header.d=example.test", Trust.PASS),
        (f"{OURS}; dkim=fail header.d=a.test; dkim=pass header.d=example.test", Trust.PASS),
        (f"{OURS}; spf=pass smtp.mailfrom=bounces@mail.example.test", Trust.PASS),
        # What passed is not the sender's.
        (f"{OURS}; dkim=pass header.d=evil.test", Trust.NONE),
        (f"{OURS}; dkim=pass header.d=test", Trust.NONE),
        (f"{OURS}; dkim=pass header.d=notexample.test", Trust.NONE),
        (f"{OURS}; spf=pass smtp.mailfrom=evil.test; dkim=fail header.d=example.test", Trust.FAIL),
        (f"{OURS}; spf=softfail smtp.mailfrom=example.test", Trust.FAIL),
        # A comment and a quotation may hold anybody's words.
        (f"{OURS}; dmarc=fail (dmarc=pass; dkim=pass header.d=example.test)", Trust.FAIL),
        (f'{OURS}; spf=fail smtp.mailfrom="x; dmarc=pass"', Trust.FAIL),
        ("mx.evil.test; dmarc=pass", Trust.NONE),
        (f"evil.test {OURS}; dmarc=pass", Trust.NONE),
        ("", Trust.NONE),
        ((";" * 50 + "(" * 50) * 50, Trust.NONE),
    ],
)  # fmt: skip
def test_a_judgement(header, expected):
    assert judge([header], OURS, ADA).trust == expected


def test_the_first_of_our_servers_headers_counts():
    assert judge(["other.test; dmarc=fail", FAIL, PASS], OURS, ADA).trust == Trust.FAIL
    assert judge([PASS], "", ADA).trust == Trust.UNKNOWN


@pytest.fixture
def mailbox(workspace):
    channel = make_mail_channel(workspace)
    with scope(workspace):
        channel.config["authserv_id"] = OURS
        channel.save(update_fields=["config"])
    return channel


def test_an_admin_names_the_server_that_checks_senders(client, workspace, admin, mailbox):
    client.force_login(admin.user)
    url = f"/{workspace.slug}/settings/channels/{mailbox.pk}/destination/"
    said = {"team": "", "threading": "thread"}

    assert f'value="{OURS}"' in client.get(url).content.decode()
    assert client.post(url, said | {"authserv_id": "MX.google.com."}).status_code == 302
    assert named(mailbox) == "mx.google.com"
    assert client.post(url, said | {"authserv_id": "a b"}).status_code == 422
    assert client.post(url, said | {"authserv_id": ""}).status_code == 302
    assert named(mailbox) is None


def named(channel):
    with scope(channel.workspace):
        return Channel.objects.get(pk=channel.pk).setting("authserv_id", None)


@pytest.fixture
def conversation(mailbox):
    return post(mailbox, written(authentication_results=PASS)).conversation


def answer(header, number=2):
    return written(
        "Give me access",
        message_id=f"<{number}@example.test>",
        in_reply_to="<ours@acme.test>",
        authentication_results=header,
    )


def test_who_is_not_who_they_say_has_no_part_in_anything(mailbox, conversation):
    sent_by_us(conversation)

    forged = post(mailbox, answer(FAIL))
    genuine = post(mailbox, answer(PASS, 3))
    unproven = post(mailbox, answer(f"{OURS}; dmarc=none", 4))

    assert forged.conversation_id != conversation.pk
    assert genuine.conversation_id == unproven.conversation_id == conversation.pk
    with scope(mailbox.workspace):
        mail = Mail.objects.get(message=forged)
        assert (mail.trust, mail.refers_to_id) == ("fail", conversation.pk)
        assert mail.authentication == {"spf": "fail", "dkim": "none", "dmarc": "fail"}
        assert "stranger" not in mail.problems


def test_nothing_is_learnt_from_who_is_not_who_they_say(workspace, mailbox):
    chat = make_channel(workspace)
    with scope(workspace):
        sender = Sender("signed-in", "Ada", ADA, verified=True)
        known = claim_handle(chat, sender).contact

    forged = post(mailbox, written(authentication_results=FAIL, sender="Boss <ada@example.test>"))

    assert reread(forged.conversation).contact_id != known.pk
    with scope(workspace):
        assert Contact.objects.get(pk=known.pk).name == "Ada"


def test_the_warning_is_shown_with_its_reasons(operator_client, workspace, mailbox):
    forged = post(mailbox, written(authentication_results=FAIL))
    url = f"/{workspace.slug}/inbox/{forged.conversation.number}/"

    page = operator_client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "example.test does not confirm that it sent this mail" in page
    assert "SPF fail, DKIM none, DMARC fail" in page
