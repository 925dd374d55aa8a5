"""An operator who gives files, and says them."""

from uuid import uuid4

import pytest

from tests.mail.posting import make_mail_channel, post, written
from tests.mail.test_receiving import reread

HTMX = {"HX-Request": "true"}


@pytest.fixture
def upload(operator_client, workspace, conversation):
    """Give a file to the conversation, or to the one with this number."""

    def give(
        body=b"%PDF-1.4 words", name="a.pdf", *, public_id=None, what="reply", number=None, **more
    ):
        number = number or conversation.number
        return operator_client.put(
            f"/{workspace.slug}/inbox/{number}/attachments/{public_id or uuid4()}/",
            body,
            content_type="application/octet-stream",
            headers=HTMX,
            query_params={"what": what, "name": name} | more,
        )

    return give


@pytest.fixture
def say(operator_client, workspace, conversation):
    def say(*ids, text="", door="messages"):
        return operator_client.post(
            f"/{workspace.slug}/inbox/{conversation.number}/{door}/",
            {"text": text, "attachments": ids},
            headers=HTMX,
        )

    return say


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def bring(mailbox):
    """Bring a mail that opens a conversation."""

    def bring(number, text="Hello", **said):
        return reread(post(mailbox, written(text, message_id=f"<{number}@x>", **said)).conversation)

    return bring


@pytest.fixture
def two(bring):
    return bring(1, "My bell"), bring(2, "And my lamp", subject="A lamp")
