"""How mails look to operators, and what their HTML may do: nothing."""

import base64
import io

import pytest
from PIL import Image

from accounts.tenancy import scope
from inbox.models import Conversation
from tests.mail.posting import make_mail_channel, post, written

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
