"""Mails with formats: what goes out, what is kept, what is shown, and what is refused."""

import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts.tenancy import scope
from inbox import files, storage
from inbox.actions.drafts import save_draft
from inbox.actions.messaging import NoFormats, NothingToSay, TooLong, send_message
from inbox.actions.outbound import begin_conversation, forward_messages
from inbox.actions.recipients import read_recipients
from inbox.actions.uploads import UnknownUpload, begin_upload, finish_upload, holder_of_member
from inbox.actions.withdrawing import withdraw_message
from inbox.connectors.mail.reading import read_mail
from inbox.connectors.mail.rich import LONGEST
from inbox.enums import MessageKind
from inbox.models import Message
from inbox.timeline import formatted
from tests import factories
from tests.mail.answering import answer, carry, read
from tests.mail.posting import post, written
from tests.support.pictures import picture

HTMX = {"HX-Request": "true"}


@pytest.fixture
def conversation(mailbox):
    with scope(mailbox.workspace):
        mailbox.config["signature"] = "{name}\n{workspace} <{address}>"
        mailbox.save(update_fields=["config"])
    return post(mailbox, written("Is it red?\nOr green?")).conversation


def picture_of(operator, conversation, name="stairs.png", meant_for=MessageKind.OUTGOING):
    """Upload a picture as the composer does, and say its id."""
    with scope(conversation.workspace):
        upload = begin_upload(
            uuid4(),
            name=name,
            holder=holder_of_member(operator),
            conversation=conversation,
            meant_for=meant_for,
            is_inline=True,
        )
    with files.received(io.BytesIO(picture())) as (file, facts):
        storage.save(upload.key, file)
    with scope(conversation.workspace):
        return finish_upload(upload, facts).public_id


def test_a_mail_with_formats_says_the_same_twice_and_shows_its_pictures(
    conversation, operator, server
):
    shown_in_it = picture_of(operator, conversation)
    html = (
        f'<p>It <strong>is</strong> red.</p><p><img src="cid:{shown_in_it}" alt="stairs.png"></p>'
    )

    sent = carry(answer(conversation, operator, "typed", html=html))

    mail = read(server.mails[0])
    text, related = mail.iter_parts()
    page, image = related.iter_parts()
    kinds = [part.get_content_type() for part in (mail, text, related, page, image)]
    assert kinds == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png",
    ]  # fmt: skip
    signed = f"-- \nOlga Ivanova\n{conversation.workspace.name} <support@acme.test>\n\nOn "
    said = text.get_content().replace("\r\n", "\n")
    assert said.startswith(f"It is red.\n\n[stairs.png]\n\n{signed}")
    assert said.endswith("wrote:\n> Is it red?\n> Or green?\n")
    assert image["Content-ID"] == f"<{shown_in_it}>"
    assert image.get_content_disposition() == "inline"
    assert f'src="cid:{shown_in_it}"' in page.get_content()
    assert "Olga Ivanova<br>" in page.get_content()
    assert "&lt;support@acme.test&gt;" in page.get_content()
    assert '<blockquote type="cite"' in page.get_content()
    assert "<p>Is it red?<br>Or green?</p>" in page.get_content()
    assert mail["In-Reply-To"] == mail["References"] != mail["Message-ID"]
    assert b"\n" not in server.mails[0].replace(b"\r\n", b"")
    assert max(map(len, server.mails[0].split(b"\r\n"))) < 998
    read_back = read_mail(server.mails[0], now=timezone.now())
    assert read_back.new_text == "It is red.\n\n[stairs.png]"
    without_text = read(server.mails[0])
    without_text.set_payload([without_text.get_payload()[1]])
    folded = read_mail(without_text.as_bytes(), now=timezone.now()).new_text
    assert (folded.startswith("It is red."), "Or green" in folded) == (True, False)
    with scope(conversation.workspace):
        [file] = sent.files()
        assert (file.is_inline, file.content_id) == (True, str(shown_in_it))
        assert sent.pictures == []
        drawn = formatted(sent, conversation.number)
        assert f"/inbox/{conversation.number}/attachments/{shown_in_it}/" in drawn
        assert sent.conversation.preview == "It is red. [stairs.png]"


def test_plain_words_go_out_as_text_alone(conversation, operator, server):
    carry(answer(conversation, operator, "It is red."))
    carry(answer(conversation, operator, "typed", html="<p>It is</p><p>red.</p>"))

    mails = [read(raw) for raw in server.mails]
    assert [mail.get_content_type() for mail in mails] == ["text/plain", "text/plain"]
    assert mails[1].get_content().startswith("It is\r\n\r\nred.\r\n")


def test_a_file_beside_the_words_stays_one(conversation, operator, server):
    beside = picture_of(operator, conversation, "beside.png")
    with scope(conversation.workspace):
        conversation.refresh_from_db()
        message = send_message(
            conversation, text="", html="<p><b>Look</b></p>", actor=operator, attachments=[beside]
        )
    carry(message)

    mail = read(server.mails[0])
    words, file = mail.iter_parts()
    assert mail.get_content_type() == "multipart/mixed"
    assert words.get_content_type() == "multipart/alternative"
    assert (file.get_content_disposition(), file["Content-ID"]) == ("attachment", None)


def test_what_is_stored_was_cleaned_and_is_cleaned_again(conversation, operator):
    sent = answer(conversation, operator, html='<b onclick="x">Soon</b><script>x</script>')

    with scope(conversation.workspace):
        assert sent.html == "<b>Soon</b>"
        Message.objects.filter(pk=sent.pk).update(html='<b onclick="x">Soon</b><script>y</script>')
        sent.refresh_from_db()
        assert formatted(sent, conversation.number) == "<b>Soon</b>"


def test_formats_are_refused_where_they_cannot_go(chat, conversation, operator):
    with scope(conversation.workspace):
        conversation.refresh_from_db()
        with pytest.raises(NoFormats):
            send_message(chat, text="", html="<b>x</b>", actor=operator)
        with pytest.raises(TooLong):
            send_message(conversation, text="", html="<b>x</b>" * LONGEST, actor=operator)
        html = f'<b>x</b><img src="cid:{uuid4()}">'
        with pytest.raises(UnknownUpload):
            send_message(conversation, text="", html=html, actor=operator)
        with pytest.raises(NothingToSay):
            send_message(conversation, text="", html="<script>x</script>", actor=operator)
        assert not Message.objects.filter(kind=MessageKind.OUTGOING).exists()


@pytest.fixture
def chat(channel):
    return factories.make_conversation(channel)


def test_a_draft_keeps_formats_and_undo_gives_them_back(conversation, operator):
    with scope(conversation.workspace):
        conversation.refresh_from_db()
        html = '<p>It <b>is</b></p><iframe src="/"></iframe>'
        save_draft(
            conversation, kind="reply", text="typed", html=html, actor=operator, client_id=uuid4()
        )
        draft = conversation.drafts.get()
        assert (draft.text, draft.html) == ("It is", "<p>It <b>is</b></p>")
        said = {"text": draft.text, "html": draft.html, "actor": operator}
        later = timezone.now() + timedelta(minutes=1)
        message = send_message(conversation, client_id=draft.client_id, send_at=later, **said)
        again = save_draft(conversation, kind="reply", client_id=draft.client_id, **said)
        assert (again.sent, conversation.drafts.count()) == ("It is", 0)
        save_draft(conversation, kind="reply", text="and\nmore", actor=operator, client_id=uuid4())

        withdraw_message(message, actor=operator)

        back = conversation.drafts.get()
        assert back.html == "<p>It <b>is</b></p><p>and<br>more</p>"
        assert back.text == "It is\n\nand\nmore"
        message.refresh_from_db()
        assert (message.text, message.html) == ("", "")


def test_what_is_passed_on_and_what_is_written_first_have_formats_too(
    mailbox, conversation, operator, server
):
    shown_in_it = picture_of(operator, conversation, meant_for=MessageKind.FORWARD)
    with scope(mailbox.workspace):
        recipients = read_recipients({"to": "claims@packs.example"})
    said = {
        "channel": mailbox,
        "recipients": recipients,
        "subject": "For you",
        "text": "typed",
        "actor": operator,
    }
    html = f'<p><i>Look</i></p><p><img src="cid:{shown_in_it}" alt="a.png"></p>'
    with scope(mailbox.workspace):
        conversation.refresh_from_db()
        ours = forward_messages(
            conversation,
            messages=[conversation.messages.get().pk],
            attachments=[],
            client_id=uuid4(),
            html=html,
            **said,
        )
        first = begin_conversation(client_id=uuid4(), html="<p><b>Hello</b></p>", **said)
    carry(ours)
    carry(_message_of(first))

    passed_on, written_first = (read(raw) for raw in server.mails)
    page = passed_on.get_body(("html",)).get_content()
    assert "<i>Look</i>" in page
    assert 'src="cid:' in page
    assert "Is it red?<br>Or green?" in page
    assert 'type="cite"' not in page
    assert "<b>Hello</b>" in written_first.get_body(("html",)).get_content()


def _message_of(conversation):
    with scope(conversation.workspace):
        return conversation.messages.select_related("conversation").get()


def test_a_colleague_reads_a_draft_with_its_formats_and_a_chat_has_none(
    chat, conversation, operator, admin, client
):
    with scope(conversation.workspace):
        conversation.refresh_from_db()
        said = {"text": "", "html": "<p>It <b>is</b></p>", "actor": operator}
        save_draft(conversation, kind="reply", client_id=uuid4(), **said)
    client.force_login(admin.user)
    home = f"/{conversation.workspace.slug}/inbox/"

    peek = client.get(f"{home}{conversation.number}/drafts/{operator.pk}/", headers=HTMX)

    assert "<p>It <b>is</b></p>" in peek.content.decode()
    client.force_login(operator.user)
    mail = client.get(f"{home}{conversation.number}/").content.decode()
    assert mail.count("<rich-text") == 1
    assert 'name="html" value="&lt;p&gt;It &lt;b&gt;is&lt;/b&gt;&lt;/p&gt;"' in mail
    assert "<rich-text" not in client.get(f"{home}{chat.number}/").content.decode()


def test_two_megabytes_are_refused_in_a_sentence(conversation, operator_client, operator):
    home = f"/{conversation.workspace.slug}/inbox/{conversation.number}/"
    said = {"text": "x", "html": "<p><b>word</b></p>" * 111_000, "client_id": uuid4()}
    facts = {"kind": "reply", "seen_seq": 1, "version": 0}

    answers = [
        operator_client.post(f"{home}messages/", said, headers=HTMX),
        operator_client.post(f"{home}drafts/", said | facts, headers=HTMX),
    ]

    assert [one.status_code for one in answers] == [422, 422]
    assert [one["X-Refusal"] for one in answers] == ["too_long", "too_long"]
    with scope(conversation.workspace):
        assert conversation.drafts.count() == 0


def test_the_screen_shows_formats_to_operators_and_to_nobody_as_text(
    conversation, operator, operator_client
):
    answer(conversation, operator, html="<p>It <strong>is</strong></p><ul><li>red</li></ul>")
    home = f"/{conversation.workspace.slug}/inbox/{conversation.number}/"

    page = operator_client.get(home).content.decode()

    assert '<div class="prose"><p>It <strong>is</strong></p><ul><li>red</li></ul></div>' in page
    assert "<b>It" not in page
