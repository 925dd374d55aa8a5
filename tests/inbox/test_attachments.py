"""Files of operators: given, sent, shown to those who may see them, and forgotten."""

import io
from uuid import uuid4

import pytest
from PIL import Image

from accounts.tenancy import scope
from inbox.models import Conversation, Message

HTMX = {"HX-Request": "true"}


def picture(width=40, height=30, kind="PNG"):
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, kind)
    return file.getvalue()


@pytest.fixture
def upload(operator_client, workspace, conversation):
    def do(
        body=b"%PDF-1.4 words",
        name="a.pdf",
        *,
        public_id=None,
        what="reply",
        number=None,
        client=None,
    ):
        number = number or conversation.number
        return (client or operator_client).put(
            f"/{workspace.slug}/inbox/{number}/attachments/{public_id or uuid4()}/?what={what}&name={name}",
            body,
            content_type="application/octet-stream",
            headers=HTMX,
        )

    return do


@pytest.fixture
def say(operator_client, workspace, conversation):
    def do(*ids, text="", door="messages"):
        return operator_client.post(
            f"/{workspace.slug}/inbox/{conversation.number}/{door}/",
            {"text": text, "attachments": ids},
            headers=HTMX,
        )

    return do


def test_a_file_is_given_sent_and_served(operator_client, workspace, upload, say):
    given = upload(picture(), "shop.png").json()

    assert given == {
        "id": given["id"],
        "name": "shop.png",
        "size": len(picture()),
        "content_type": "image/png",
        "width": 40,
        "height": 30,
    }
    assert say(given["id"]).status_code == 204
    with scope(workspace):
        assert Message.objects.order_by("pk").last().has_attachments
        assert Conversation.objects.get().preview == "Photo"
    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()
    way = f"/{workspace.slug}/inbox/1/attachments/{given['id']}/"
    assert f'href="{way}"' in page
    led = operator_client.get(way)
    assert led.status_code == 302
    served = operator_client.get(led["Location"])
    assert served.status_code == 200
    assert b"".join(served) == picture()
    assert served["Content-Type"] == "image/png"
