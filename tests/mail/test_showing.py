"""How mails look to operators, and what their HTML may do: nothing."""

import base64
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from accounts.tenancy import scope
from inbox import timeline
from inbox.actions.spam import mark_spam
from inbox.models import Conversation, PictureSender
from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_trust import FAIL, OURS, PASS

PICTURE = io.BytesIO()
Image.new("RGB", (3, 2)).save(PICTURE, "PNG")
HTML = (
    '<p onclick="x()">Hello<script>alert(1)</script></p><img src="cid:a@x">'
    '<img src="https://evil.test/pixel.gif"><img src="cid:nothing">'
)
LAID_OUT = (
    "From: Ada <ada@example.test>\r\nTo: support@acme.test\r\nCc: bob@example.test\r\n"
    "Message-ID: <1@x>\r\nSubject: Hi\r\n"
    "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n"
    f"{HTML}\r\n--b\r\nContent-Type: image/png; name=a.png\r\nContent-ID: <a@x>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\n"
    f"{base64.b64encode(PICTURE.getvalue()).decode()}\r\n--b--\r\n"
).encode()


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


def address(workspace, message, what):
    with scope(workspace):
        number = Conversation.objects.get(pk=message.conversation_id).number
    return f"/{workspace.slug}/inbox/{number}/messages/{message.pk}/{what}/"


def test_html_runs_nothing_loads_nothing_and_shows_its_own_pictures(
    workspace, mailbox, operator_client
):
    message = post(mailbox, LAID_OUT)

    shown = operator_client.get(address(workspace, message, "layout"))
    page, policy = shown.content.decode(), shown["Content-Security-Policy"]

    assert "Hello" in page
    assert "script" not in page
    assert "onclick" not in page
    assert "cid:" not in page
    assert '<img src="/files/' in page
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'; img-src http://testserver;" in policy
    wanted = operator_client.get(address(workspace, message, "layout") + "?pictures")
    assert "img-src http://testserver https: http:;" in wanted["Content-Security-Policy"]


def test_the_timeline_tells_who_wrote_to_whom_and_folds_what_is_quoted(
    workspace, mailbox, operator_client
):
    post(mailbox, LAID_OUT)
    said = written(
        "Yes\n\nOn Mon, 5 Jan 2026 at 10:00, Support wrote:\n> Is it red?",
        message_id="<2@x>", in_reply_to="<1@x>",
    )  # fmt: skip
    post(mailbox, said)

    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()

    assert "ada@example.test to support@acme.test, Cc bob@example.test" in page
    assert '<div class="mail__text">Yes</div>' in page
    assert "<blockquote>Yes" in page
    assert page.count("Pictures from other servers are not loaded.") == 1
    assert page.count("<iframe") == 1
    assert "a.png" not in page


def test_the_original_is_given_as_it_came(workspace, mailbox, operator_client):
    message = post(mailbox, LAID_OUT)

    given = operator_client.get(address(workspace, message, "original"))

    assert given["Content-Type"] == "message/rfc822"
    assert b"".join(given) == LAID_OUT


# Pictures from other servers


def laid_out(number, *, results=PASS, sender="Ada <ada@example.test>", **headers):
    html = '<p>Hello</p><img src="https://far.test/a.png">'
    said = {"content_type": "text/html", "message_id": f"<{number}@x>", "subject": f"No. {number}"}
    return written(html, sender=sender, authentication_results=results, **said, **headers)


@pytest.fixture
def checking(workspace, mailbox):
    with scope(workspace):
        mailbox.config["authserv_id"] = OURS
        mailbox.save(update_fields=["config"])
    return mailbox


def loads(client, workspace, message):
    shown = client.get(address(workspace, message, "layout"))
    return "https://far.test/a.png" in shown.content.decode(), "https:" in shown[
        "Content-Security-Policy"
    ]


def test_pictures_of_a_known_sender_are_loaded_until_somebody_stops_it(
    workspace, checking, operator_client
):
    first, later = post(checking, laid_out(1)), post(checking, laid_out(2))
    other = post(checking, laid_out(3, sender="Bob <bob@example.test>"))
    url = address(workspace, first, "pictures")

    assert loads(operator_client, workspace, first) == (False, False)
    assert (
        "from now on" in operator_client.post(url, headers={"HX-Request": "true"}).content.decode()
    )
    assert operator_client.post(url).status_code == 302  # saying it twice is saying it once

    assert loads(operator_client, workspace, first) == (True, True)
    assert loads(operator_client, workspace, later) == (True, True)
    assert loads(operator_client, workspace, other) == (False, False)
    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()
    assert "loaded in mails from ada@example.test" in page
    assert operator_client.delete(url).status_code == 302
    assert loads(operator_client, workspace, later) == (False, False)
    with scope(workspace):
        assert not PictureSender.objects.exists()


def test_who_may_be_forged_has_no_pictures_loaded(workspace, checking, operator_client):
    genuine, forged = post(checking, laid_out(1)), post(checking, laid_out(2, results=FAIL))
    two = post(checking, laid_out(3, sender="ada@example.test, eve@evil.test"))
    for doubtful in (forged, two):
        refused = operator_client.post(address(workspace, doubtful, "pictures"))
        assert refused.status_code == 422
    with scope(workspace):
        assert not PictureSender.objects.exists()

    operator_client.post(address(workspace, genuine, "pictures"))

    assert loads(operator_client, workspace, genuine) == (True, True)
    assert loads(operator_client, workspace, forged) == (False, False)
    assert loads(operator_client, workspace, two) == (False, False)
    page = operator_client.get(
        f"/{workspace.slug}/inbox/{forged.conversation.number}/", headers={"HX-Request": "true"}
    ).content.decode()
    assert "Pictures from other servers are not loaded." in page
    assert "Always from this sender" not in page


def test_spam_and_other_workspaces_load_nothing(workspace, elsewhere, checking, operator_client):
    message = post(checking, laid_out(1))
    with scope(elsewhere):
        PictureSender.objects.create(value="ada@example.test")
    assert loads(operator_client, workspace, message) == (False, False)

    operator_client.post(address(workspace, message, "pictures"))
    with scope(workspace):
        mark_spam(message.conversation, actor=None)

    assert loads(operator_client, workspace, message) == (False, False)


def test_whose_pictures_are_loaded_is_asked_once_for_a_timeline(
    workspace, checking, django_assert_num_queries
):
    conversation = post(checking, laid_out(1)).conversation
    with scope(workspace), CaptureQueriesContext(connection) as one:
        timeline.newest(conversation)
    for number in (2, 3):
        post(checking, laid_out(number, in_reply_to="<1@x>"))

    with scope(workspace), django_assert_num_queries(len(one)):
        page = timeline.newest(conversation)

    assert [entry.message.mail.has_remote_pictures for entry in page.entries] == [True] * 3
