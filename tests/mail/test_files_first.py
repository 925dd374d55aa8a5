"""Files go with a message that begins a conversation, and with a forward."""

import re
from urllib.parse import quote
from uuid import uuid4

import pytest

from accounts.tenancy import scope
from inbox.enums import MessageKind
from inbox.models import Attachment, Message
from tests.mail.answering import carry, read
from tests.mail.test_outbound import conversation, forward, home, last, typed
from tests.support.pictures import picture

__all__ = ["conversation", "home"]  # fixtures


@pytest.fixture
def bring(operator_client, home):
    """Upload a file, for a first message or for what else is said; return its id."""

    def bring(
        place="new", what="reply", client=operator_client, raw=b"\x00 a bell", name="Plan B.bin"
    ):
        given = uuid4()
        inline = "&inline=1" if raw == picture() else ""
        url = f"{home}{place}/attachments/{given}/?what={what}&name={quote(name)}{inline}"
        kind = "application/octet-stream"
        assert client.put(url, raw, content_type=kind).status_code == 201
        return given

    return bring


def files_of(message):
    with scope(message.workspace):
        found = Message.objects.get(pk=message.pk)
        return [file.name for file in found.files()]


def attached(raw):
    return [(one.get_filename(), one.get_content()) for one in read(raw).iter_attachments()]


def test_a_first_message_takes_files_along(
    workspace, mailbox, operator_client, home, server, bring
):
    given = bring()

    said = typed(mailbox, text="", attachments=[given])
    answers = [operator_client.post(f"{home}new/", said) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    carry(last(workspace))
    assert attached(server.mails[0]) == [("Plan B.bin", b"\x00 a bell")]
    with scope(workspace):
        file = Attachment.objects.get()
        assert file.conversation_id == last(workspace).conversation_id


def test_what_was_refused_keeps_its_files(workspace, mailbox, operator_client, home, bring):
    given = bring()

    refused = operator_client.post(f"{home}new/", typed(mailbox, to="", attachments=[given]))

    assert refused.status_code == 422
    assert f'name="attachments" value="{given}"' in refused.content.decode()
    with scope(workspace):
        assert not Message.objects.exists()


def test_a_file_is_its_givers_alone(
    workspace, mailbox, operator_client, home, bring, client, admin
):
    given = bring()
    client.force_login(admin.user)

    refused = client.post(f"{home}new/", typed(mailbox, attachments=[given]))

    assert refused.status_code == 422
    assert str(given) not in refused.content.decode()
    assert client.delete(f"{home}new/attachments/{given}/").status_code == 404
    assert client.post(f"{home}new/", typed(mailbox, attachments=["x"])).status_code == 422
    with scope(workspace):
        assert not Message.objects.exists()


def test_a_file_that_was_taken_back_is_gone(mailbox, operator_client, home, bring):
    given = bring()

    assert operator_client.delete(f"{home}new/attachments/{given}/").status_code == 204
    answer = operator_client.post(f"{home}new/", typed(mailbox, attachments=[given]))
    assert answer.status_code == 422


def test_a_forward_takes_files_of_its_own_along(
    workspace, mailbox, conversation, operator_client, home, server, bring
):
    given = bring(conversation.number, "forward")
    page = operator_client.get(f"{home}{conversation.number}/").content.decode()
    assert str(given) not in page  # no reply takes it along

    answer = forward(operator_client, home, conversation, mailbox, attachments=[given])

    assert answer.status_code == 302
    message = last(workspace, MessageKind.FORWARD)
    assert files_of(message) == ["Plan B.bin"]
    carry(message)
    assert attached(server.mails[0]) == [("Plan B.bin", b"\x00 a bell")]


def test_a_refused_forward_keeps_its_files(mailbox, conversation, operator_client, home, bring):
    given = bring(conversation.number, "forward")

    said = {"to": "", "attachments": [given]}
    refused = forward(operator_client, home, conversation, mailbox, **said)

    assert refused.status_code == 422
    assert f'name="attachments" value="{given}"' in refused.content.decode()


def test_a_file_for_a_reply_goes_with_no_forward(
    workspace, mailbox, conversation, operator_client, home, bring
):
    given = bring(conversation.number, "reply")

    refused = forward(operator_client, home, conversation, mailbox, attachments=[given])

    assert refused.status_code == 422
    assert last(workspace, MessageKind.FORWARD) is None


def shown_in(raw):
    """Return the address of the picture that a mail shows among its words, and the pictures beside them."""
    related = read(raw).get_body(("related",))
    page, *images = related.iter_parts()
    [source] = re.findall(r'src="cid:([^"]+)"', page.get_content())
    return source, {image["Content-ID"][1:-1]: image.get_content() for image in images}


def test_a_first_message_shows_pictures_among_its_words(
    workspace, mailbox, operator_client, home, server, bring
):
    given = bring(raw=picture(), name="stairs.png")
    html = f'<p>See <img src="cid:{given}" alt="stairs.png"></p>'

    refused = operator_client.post(f"{home}new/", typed(mailbox, to="", html=html))
    assert str(given) in refused.content.decode()
    assert operator_client.get(f"{home}new/attachments/{given}/").status_code == 302
    operator_client.post(f"{home}new/", typed(mailbox, html=html))

    message = last(workspace)
    carry(message)
    source, images = shown_in(server.mails[0])
    assert images == {source: picture()}
    page = operator_client.get(f"{home}{message.conversation.number}/").content.decode()
    assert f'{home}{message.conversation.number}/attachments/{given}/" alt="stairs.png"' in page
    assert operator_client.get(f"{home}new/attachments/{given}/").status_code == 404


def test_a_forward_shows_pictures_among_its_words(
    workspace, mailbox, conversation, operator_client, home, server, bring
):
    given = bring(conversation.number, "forward", raw=picture(), name="stairs.png")
    html = f'<p>See <img src="cid:{given}" alt="stairs.png"></p>'

    with scope(workspace):
        along = [Message.objects.get().pk]
    answer = forward(operator_client, home, conversation, mailbox, html=html, messages=along)

    assert answer.status_code == 302
    carry(last(workspace, MessageKind.FORWARD))
    source, images = shown_in(server.mails[0])
    assert images == {source: picture()}
