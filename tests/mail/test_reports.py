"""Mail services tell what became of our mails: only they, of our mails alone, in any order and as often as they like."""

import base64
import hmac
import json
from hashlib import sha1
from urllib.parse import urlencode

import pytest
from django.conf import settings

from accounts.models import Event
from accounts.tenancy import scope
from inbox.actions.mail_hooks import set_up_sender
from inbox.actions.mail_reports import record_report
from inbox.actions.outgoing import claim_message, retry_message
from inbox.connectors.mail import sns
from inbox.connectors.mail.reports import Fate, Report
from inbox.enums import MessageState, RecipientState
from inbox.mail_server import hook_address
from inbox.models import Channel, MailHook, MailName, Message
from tests.mail.answering import answer, carry, outcomes
from tests.mail.posting import post as bring
from tests.mail.posting import written
from tests.mail.test_hooks import Amazon, basic
from tests.support.mail_reports import FORMS, KEY, WORDS, Noticing

ADA, LIV = "ada@example.test", "liv@example.test"
TOPIC = "arn:aws:sns:eu-west-1:1:mails"


@pytest.fixture(scope="module")
def topic():
    return Amazon()


@pytest.fixture
def service():
    return "postmark"


@pytest.fixture
def sender(mailbox, service, topic, monkeypatch):
    """Let the channel be one that sends by a service; return its login."""
    monkeypatch.setattr(sns.verify, "__defaults__", (topic.get,))
    proof = {"ses": TOPIC}.get(service, KEY)
    with scope(mailbox.workspace):
        _, login = set_up_sender(
            mailbox, sender={"service": service}, key="k", proof=proof, actor=None
        )
    return login


@pytest.fixture
def sent(mailbox, server, operator, sender):
    """A mail that was sent; by SMTP, which is the same to whoever reports of it."""
    with scope(mailbox.workspace):
        config = {name: value for name, value in mailbox.config.items() if name != "sender"}
        kept = Channel.objects.get(pk=mailbox.pk).config
        Channel.objects.filter(pk=mailbox.pk).update(config=config)
    message = carry(answer(bring(mailbox, written()).conversation, operator, to=ADA, cc=LIV))
    with scope(mailbox.workspace):
        Channel.objects.filter(pk=mailbox.pk).update(config=kept)
    return message


@pytest.fixture
def tell(client, mailbox, service, sender, topic):
    """Post a report as the service does."""

    def tell(fate, address=ADA, *, note="", name="", key=None):
        key = key or sender or KEY
        body, kind, headers = FORMS[service](fate, address, note, name, key)
        with scope(mailbox.workspace):
            channel = Channel.objects.get(pk=mailbox.pk)
        url = hook_address(channel, service, brings=False)
        if service == "mandrill":
            signed = f"{url}mandrill_events{body}".encode()
            right = base64.b64encode(hmac.new(key.encode(), signed, sha1).digest()).decode()
            body, headers = urlencode({"mandrill_events": body}), {"X-Mandrill-Signature": right}
        if service == "ses":
            body = json.dumps(topic.says(Message=body, TopicArn=key if ":" in key else TOPIC))
        path = url.removeprefix(settings.BASE_URL)
        return client.post(path, body, content_type=kind, headers=headers).status_code

    return tell


def note_of(message):
    with scope(message.workspace):
        return Message.objects.get(pk=message.pk).mail.mail_id.partition("@")[0]


def reread(message):
    with scope(message.workspace):
        return Message.objects.get(pk=message.pk)


def is_delayed(message):
    with scope(message.workspace):
        return reread_open(message).is_delayed


def reread_open(message):
    """Read it again where a workspace has been entered."""
    return Message.objects.get(pk=message.pk)


def hook_of(mailbox):
    with scope(mailbox.workspace):
        return MailHook.objects.filter(channel=mailbox).first()


@pytest.mark.parametrize("service", FORMS)
def test_each_service_tells_what_became_of_it(sent, tell, service, mailbox):
    note = note_of(sent)

    assert tell("delivered", LIV, note=note) == 200
    assert outcomes(sent) == {ADA: ("taken", ""), LIV: ("delivered", "")}
    if service != "postmark":
        assert tell("refused", LIV, note=note) == 200  # of what has arrived it is no news
    assert tell("delayed", note=note) == 200
    assert outcomes(sent)[ADA] == ("delayed", WORDS)
    assert tell("bounced", ADA.upper(), note=note) == 200
    assert outcomes(sent) == {ADA: ("bounced", WORDS), LIV: ("delivered", "")}
    assert reread(sent).state == MessageState.FAILED
    assert tell("complained", LIV, note=note) == 200
    assert outcomes(sent)[LIV][0] == "complained"
    assert hook_of(mailbox).taken_at
    assert not hook_of(mailbox).ignored_at


@pytest.mark.parametrize("service", FORMS)
def test_nobody_else_tells_anything(sent, tell, service, mailbox):
    other = "arn:aws:sns:eu-west-1:2:other" if service == "ses" else "desk:wrong"

    assert tell("bounced", note=note_of(sent), key=other) == 401
    assert {state for state, _ in outcomes(sent).values()} == {"taken"}
    assert hook_of(mailbox).refusal


@pytest.mark.parametrize("service", ["postmark", "ses"])
def test_the_services_own_id_leads_to_the_mail_too(sent, tell, mailbox, service):
    with scope(mailbox.workspace):
        MailName.objects.create(mail=reread(sent).mail, channel=mailbox, name="their-id")

    tell("delivered", name="their-id")

    assert outcomes(sent)[ADA][0] == "delivered"


def test_a_mail_that_got_to_all_is_delivered(sent, tell, workspace):
    note = note_of(sent)
    tell("delivered", note=note)
    assert reread(sent).state == MessageState.SENT
    tell("delivered", LIV, note=note)

    assert reread(sent).state == MessageState.DELIVERED
    with scope(workspace):
        events = Event.objects.filter(kind="message.reported").count()
    for _ in range(3):
        assert tell("delivered", LIV, note=note) == 200
    with scope(workspace):
        assert Event.objects.filter(kind="message.reported").count() == events


def test_what_comes_late_or_twice_changes_nothing(sent, tell, workspace):
    note = note_of(sent)
    tell("bounced", note=note)
    with scope(workspace):
        events = Event.objects.count()

    for fate in ("delayed", "delivered", "bounced"):
        assert tell(fate, note=note) == 200

    assert outcomes(sent)[ADA] == ("bounced", WORDS)
    with scope(workspace):
        assert Event.objects.count() == events


def test_a_delay_that_is_over_is_shown_no_more(sent, tell):
    note = note_of(sent)
    tell("delivered", LIV, note=note)
    tell("delayed", note=note)
    assert is_delayed(sent)

    tell("delivered", note=note)

    assert (reread(sent).state, reread(sent).error) == (MessageState.DELIVERED, "")
    assert not is_delayed(sent)


@pytest.mark.parametrize(
    ("note", "address"),
    [("c.nobody", ADA), ("", ADA), (None, "eve@example.test")],
    ids=["unknown", "nothing", "stranger"],
)
def test_reports_of_nothing_of_ours_are_noted_and_change_nothing(
    sent, tell, mailbox, note, address
):
    note = note_of(sent) if note is None else note

    assert tell("bounced", address, note=note) == 200

    assert {state for state, _ in outcomes(sent).values()} == {"taken"}
    assert address in hook_of(mailbox).ignored


def test_a_report_that_comes_before_we_have_noted_the_sending_stays(
    mailbox, server, operator, sender, workspace
):
    """A service may be faster than we are."""
    message = answer(bring(mailbox, written()).conversation, operator, to=ADA, cc=LIV)
    with scope(workspace):
        Channel.objects.filter(pk=mailbox.pk).update(config=mailbox.config)
        channel = Channel.objects.get(pk=mailbox.pk)
    note, real = note_of(message), []

    def meanwhile(raw):
        for address, fate in ((ADA, Fate.BOUNCED), (LIV, Fate.DELIVERED)):
            with scope(workspace):
                real.append(record_report(channel, Report(address, fate, note, said=WORDS)))

    server.mails = Noticing(meanwhile)

    now = carry(message)

    assert real == [True, True]
    assert outcomes(message) == {ADA: ("bounced", WORDS), LIV: ("delivered", "")}
    assert (now.state, now.sent_at is not None) == (MessageState.FAILED, True)


def test_a_report_settles_what_a_dead_sender_left(mailbox, operator, sender, workspace):
    message = answer(bring(mailbox, written()).conversation, operator, to=ADA)
    with scope(workspace):
        assert claim_message(message.pk)

        assert record_report(
            mailbox, Report(ADA, Fate.DELIVERED, reread_open(message).mail.mail_id)
        )

    now = reread(message)
    assert (now.state, now.leased_until) == (MessageState.DELIVERED, None)
    assert now.sent_at


def test_a_report_of_the_time_before_does_not_end_another_try(sent, tell, operator, workspace):
    note = note_of(sent)
    tell("bounced", note=note)
    with scope(workspace):
        retry_message(reread_open(sent), actor=operator)

    tell("bounced", note=note)

    assert outcomes(sent)[ADA] == ("waiting", "")
    assert reread(sent).state == MessageState.QUEUED


def test_what_may_have_been_sent_was(sent, tell, workspace):
    note = note_of(sent)
    with scope(workspace):
        message = reread_open(sent)
        mail = message.mail
        mail.mark([ADA, LIV], RecipientState.UNKNOWN, "It broke off.")
        mail.save(update_fields=["people"])
        message.state, message.error = MessageState.UNKNOWN, "It broke off."
        message.save(update_fields=["state", "error"])

    tell("delivered", LIV, note=note)
    assert reread(sent).state == MessageState.UNKNOWN
    tell("delivered", note=note)

    assert (reread(sent).state, reread(sent).error) == (MessageState.DELIVERED, "")


def test_a_complaint_is_shown_and_is_no_failure(sent, tell, operator_client, workspace):
    tell("complained", LIV, note=note_of(sent))

    page = operator_client.get(f"/{workspace.slug}/inbox/{sent.conversation.number}/")
    assert "marked it as spam" in page.content.decode()
    assert reread(sent).state == MessageState.SENT


def test_who_only_sends_brings_no_mails(client, mailbox, sender, workspace):
    with scope(workspace):
        channel = Channel.objects.get(pk=mailbox.pk)
    path = hook_address(channel, "postmark").removeprefix(settings.BASE_URL)
    body = json.dumps({"RawEmail": written().decode()})

    answer = client.post(path, body, content_type="application/json", headers=basic(sender))

    assert answer.status_code == 200
    with scope(workspace):
        assert not Message.objects.exists()
