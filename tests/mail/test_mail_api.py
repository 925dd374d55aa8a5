"""Mails go out by the APIs of mail services as they were written, and their refusals are told as a mail server's."""

import json
from io import BytesIO

import pytest
import requests
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.mail_hooks import set_up_sender
from inbox.connectors.reaching import OffLimits
from inbox.enums import MessageState
from inbox.mail_api import giving, line
from inbox.models import Attachment, MailName, Message
from tests.mail.answering import answer, carry, outcomes
from tests.mail.posting import ADDRESS, post, written
from tests.support.mail_api import PATHS, MailApi

ADA, LIV, EVE = "ada@example.test", "liv@example.test", "eve@example.test"
LONG_ID = f"{'a' * 90}@example.test"
CONFIGS = {
    "mailgun": {"service": "mailgun", "domain": "acme.test"},
    "mandrill": {"service": "mandrill"},
    "postmark": {"service": "postmark"},
    "sendgrid": {"service": "sendgrid"},
    "ses": {"service": "ses", "key_id": "AKIA", "region": "eu-west-1"},
}
# What the service calls a mail by the answers of the stub; SendGrid tells nothing.
NAMES = {
    "mailgun": {"1@mailgun.test"},
    "mandrill": {"m1-0", "m1-1", "m1-2"},
    "postmark": {"p1"},
    "ses": {"s1"},
}
every_service = pytest.mark.parametrize("service", CONFIGS)
pytestmark = pytest.mark.filterwarnings("ignore:django-anymail has dropped official support")


@pytest.fixture
def api(request, service, mailbox, settings):
    made = MailApi(service)
    settings.MAIL_API_URLS = {service: made.url}
    with scope(mailbox.workspace):
        set_up_sender(mailbox, sender=CONFIGS[service], key="secret-key", actor=None)
    yield made
    made.close()


@pytest.fixture
def conversation(mailbox, api):
    return post(mailbox, written(subject="Grüße", message_id=f"<{LONG_ID}>")).conversation


@pytest.fixture
def sent(conversation, operator):
    return answer(conversation, operator, "Ça va — 😀", to=f"Ada <{ADA}>", cc=LIV, bcc=EVE)


def names(mailbox):
    with scope(mailbox.workspace):
        return set(MailName.objects.values_list("name", flat=True))


def id_of(message):
    with scope(message.workspace):
        return Message.objects.get(pk=message.pk).mail.mail_id


@every_service
def test_a_mail_goes_out_as_it_was_written(sent, api, mailbox, service):
    carried, mail_id = carry(sent), id_of(sent)

    [said] = api.posts
    assert (carried.state, carried.error) == (MessageState.SENT, "")
    assert {state for state, _ in outcomes(sent).values()} == {"taken"}
    assert said.path == PATHS[service]
    assert "secret-key" in said.proof or service == "ses"
    assert said.readers == [ADA, LIV, EVE]
    subject, text = said.words
    assert subject == "Re: Grüße"
    assert text.startswith("Ça va — 😀")
    assert said.headers["message-id"] == f"<{mail_id}>"
    assert said.headers["in-reply-to"] == f"<{LONG_ID}>"
    assert said.headers["references"] == f"<{LONG_ID}>"
    assert carried.external_id == mail_id
    assert said.note == mail_id.partition("@")[0]
    assert names(mailbox) == NAMES.get(service, names(mailbox))
    assert EVE not in json.dumps(said.headers)


def test_postmark_is_asked_to_keep_our_id(mailbox, settings, operator):
    api = MailApi("postmark")
    settings.MAIL_API_URLS = {"postmark": api.url}
    with scope(mailbox.workspace):
        set_up_sender(mailbox, sender=CONFIGS["postmark"], key="k", actor=None)
    carry(answer(post(mailbox, written()).conversation, operator))
    api.close()

    assert api.posts[0].headers["x-pm-keepid"] == "true"
    assert api.posts[0].json["TrackOpens"] is False


@pytest.mark.parametrize(
    ("service", "status", "state"),
    [
        ("mailgun", 429, "queued"),
        ("postmark", 500, "queued"),
        ("sendgrid", 401, "queued"),
        ("ses", 503, "queued"),
        ("postmark", 422, "failed"),
        ("mandrill", 413, "failed"),
        ("mailgun", 400, "failed"),
        ("sendgrid", 400, "failed"),
    ],
)
def test_a_refusal_is_told_in_the_services_words(sent, api, service, status, state):
    said = {"message": "Not so", "ErrorCode": 10, "Message": "Not so"}
    if service == "sendgrid":
        said = {"errors": [{"message": "Not so", "field": None}]}
    api.answers = [(status, said)]

    carried = carry(sent)

    assert carried.state == state
    assert "Not so" in carried.error
    assert str(status) in carried.error
    assert "secret-key" not in carried.error
    if state == "queued":
        assert carry(sent).state == MessageState.SENT
        ids = {one.headers["message-id"] for one in api.posts}
        assert len(ids) == 1


@pytest.mark.parametrize("service", ["ses"])
@pytest.mark.parametrize(
    ("kind", "state"),
    [("LimitExceededException", "queued"), ("MessageRejected", "failed")],
)
def test_amazon_says_not_now_with_400(sent, api, service, kind, state):
    api.answers = [(400, {"__type": kind, "message": "Not so"})]

    carried = carry(sent)

    assert (carried.state, f"{kind}: Not so" in carried.error) == (state, True)


@pytest.mark.parametrize("service", ["mandrill"])
def test_mandrill_says_never_with_500(sent, api, service):
    error = {"status": "error", "code": -2, "name": "ValidationError", "message": "Not so"}
    api.answers = [(500, error)]

    assert carry(sent).state == MessageState.FAILED


@pytest.mark.parametrize(
    ("service", "answer"),
    [("mailgun", "die"), ("postmark", "hang"), ("ses", "die"), ("ses", "hang")],
)
def test_an_answer_that_never_came_leaves_it_unknown(sent, api, service, answer, monkeypatch):
    """It may have gone out: sending it again may write to somebody twice."""
    monkeypatch.setattr(giving.Sender.__init__, "__defaults__", ("", "", "", "", (2, 1)))
    api.answers = [answer]

    carried = carry(sent)

    assert carried.state == MessageState.UNKNOWN
    assert {state for state, _ in outcomes(sent).values()} == {"unknown"}
    assert "may have passed it on" in carried.error
    assert len(api.posts) == 1


@every_service
def test_a_service_that_is_away_is_tried_again(sent, api, service):
    api.close()

    carried = carry(sent)

    assert (carried.state, carried.attempts) == (MessageState.QUEUED, 1)
    assert "cannot be reached" in carried.error


@pytest.mark.parametrize(
    ("service", "status", "said", "states"),
    [
        (
            "mandrill", 200,
            [{"email": ADA, "status": "sent", "_id": "m1", "reject_reason": None},
             {"email": LIV, "status": "rejected", "_id": "m2", "reject_reason": "hard-bounce"},
             {"email": EVE, "status": "queued", "_id": "m3", "reject_reason": None}],
            ["taken", "refused", "taken"],
        ),
        (
            "mandrill", 200,
            [{"email": one, "status": "rejected", "_id": "m", "reject_reason": "spam"}
             for one in (ADA, LIV, EVE)],
            ["refused", "refused", "refused"],
        ),
        (
            "postmark", 200,
            {"To": ADA, "MessageID": "p1", "ErrorCode": 0,
             "Message": "Message OK, but will not deliver to these inactive addresses: "
             f"{LIV}. Inactive recipients are ones that have generated a hard bounce."},
            ["taken", "refused", "taken"],
        ),
        (
            "postmark", 422,
            {"ErrorCode": 300, "Message": f"Invalid 'Cc' address: '{LIV}'."},
            ["waiting", "refused", "waiting"],
        ),
    ],
    ids=["one", "all", "inactive", "invalid"],
)  # fmt: skip
def test_readers_that_a_service_refuses_are_told_apart(sent, api, service, status, said, states):
    api.answers = [(status, said)]

    carry(sent)

    assert [state for state, _ in outcomes(sent).values()] == states
    if "waiting" in states:
        carry(sent)
        assert api.posts[1].readers == [ADA, EVE]
        assert [state for state, _ in outcomes(sent).values()] == ["taken", "refused", "taken"]


@pytest.mark.parametrize("service", ["postmark"])
def test_readers_in_bcc_who_are_left_get_it_one_by_one(conversation, api, service, operator):
    sent = answer(conversation, operator, to=ADA, bcc=f"{LIV}, {EVE}")
    api.answers = [(422, {"ErrorCode": 300, "Message": f"Invalid 'To' address: '{ADA}'."})]
    carry(sent)
    api.answers = [
        (200, {"To": LIV, "MessageID": "p2", "ErrorCode": 0, "Message": "OK"}),
        (500, {"Message": "Not now"}),
    ]

    carry(sent)

    assert [said.readers for said in api.posts[1:]] == [[LIV], [EVE]]
    states = {address: state for address, (state, _) in outcomes(sent).items()}
    assert states == {ADA: "refused", LIV: "taken", EVE: "waiting"}


@every_service
def test_files_go_with_it(conversation, api, service, operator, mailbox):
    from inbox import storage

    sent = answer(conversation, operator)
    key = f"{mailbox.workspace_id}/{service}/file"
    storage.save(key, BytesIO(b"\x00\xff bytes"))
    with scope(mailbox.workspace):
        Attachment.objects.create(
            message=sent, conversation=conversation, name="Plän.bin", key=key, size=8,
            content_type="application/octet-stream", stored_at=timezone.now(),
        )  # fmt: skip
        Message.objects.filter(pk=sent.pk).update(has_attachments=True)

    carry(sent)

    assert api.posts[0].files == [("Plän.bin", b"\x00\xff bytes")]


@every_service
def test_the_test_of_a_channel_goes_by_its_service(api, service, mailbox, client, admin, workspace):
    client.force_login(admin.user)
    url = f"/{workspace.slug}/settings/channels/{mailbox.pk}/test/"

    text = client.post(url).content.decode()
    assert f"Sent a test mail to {ADDRESS}" in text
    assert api.posts[0].readers == [ADDRESS]
    api.answers = [(401, {"message": "Bad key", "Message": "Bad key", "ErrorCode": 10})]
    text = client.post(url).content.decode()
    assert "refused: 401" in text


@pytest.mark.parametrize("service", ["postmark"])
def test_nobody_is_sent_elsewhere(sent, api, service):
    api.answers = [(302, "")]

    carried = carry(sent)

    assert carried.state == MessageState.QUEUED
    assert "sent us elsewhere" in carried.error
    assert len(api.posts) == 1


def test_the_line_to_a_service_goes_where_it_may():
    class Backend:
        session = requests.Session()

    line.guard(Backend, giving.Sender("postmark", "key"))

    with pytest.raises(OffLimits):
        Backend.session.post("https://127.0.0.1/", timeout=1)
    with pytest.raises(requests.exceptions.InvalidSchema):
        Backend.session.post("http://127.0.0.1/", timeout=1)
