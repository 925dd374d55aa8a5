"""Files of operators: given, sent, shown to those who may see them, and forgotten."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation
from PIL import Image

from accounts.tenancy import scope
from inbox import storage
from inbox.models import Attachment, Conversation, Message
from inbox.tasks import forget_uploads, shrink_picture, shrink_waiting_pictures
from tests import factories
from tests.support.pictures import picture

DAY = timedelta(days=1)


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
    assert say(given["id"]).status_code == 200
    with scope(workspace):
        assert Message.objects.order_by("pk").last().has_attachments
        assert Conversation.objects.get().in_short == "Photo"
    page = operator_client.get(f"/{workspace.slug}/inbox/1/").content.decode()
    way = f"/{workspace.slug}/inbox/1/attachments/{given['id']}/"
    assert f'href="{way}"' in page
    led = operator_client.get(way)
    assert led.status_code == 302
    served = operator_client.get(led["Location"])
    assert served.status_code == 200
    assert b"".join(served) == picture()
    assert served["Content-Type"] == "image/png"


def test_the_same_upload_again_is_the_same_file(workspace, upload):
    public_id = uuid4()

    answers = [upload(b"one", public_id=public_id) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 200, 200]
    with scope(workspace):
        assert Attachment.objects.count() == 1


def test_a_file_is_sent_once_and_by_its_giver(workspace, conversation, admin, upload, say):
    mine, twice = upload().json()["id"], upload().json()["id"]
    colleagues = str(factories.make_upload(conversation, admin).public_id)
    assert say(twice).status_code == 200

    for wrong in (colleagues, twice, str(uuid4()), mine):
        answer = say(mine, wrong, text="Look")
        assert (answer.status_code, answer["X-Refusal"]) == (422, "unknown_attachment")

    with scope(workspace):
        assert Message.objects.count() == 2
    assert say(mine).status_code == 200


def test_a_file_stays_in_its_conversation(workspace, channel, upload, say):
    other = factories.make_conversation(channel)
    elsewhere = upload(number=other.number).json()["id"]

    assert say(elsewhere)["X-Refusal"] == "unknown_attachment"


def test_a_file_meant_for_colleagues_never_goes_to_the_contact(upload, say):
    note = upload(what="note").json()["id"]

    assert say(note)["X-Refusal"] == "unknown_attachment"
    assert say(note, door="notes").status_code == 204


def test_another_workspaces_file_is_unknown(elsewhere, say):
    member = factories.make_membership(elsewhere)
    theirs = factories.make_conversation(factories.make_channel(elsewhere))

    foreign = factories.make_upload(theirs, member)

    assert say(str(foreign.public_id))["X-Refusal"] == "unknown_attachment"


def test_what_is_no_id_is_refused(say):
    answer = say("../../etc/passwd", text="Look")

    assert (answer.status_code, answer["X-Refusal"]) == (422, "malformed")


def test_a_message_carries_so_many_files(settings, upload, say):
    settings.ATTACHMENTS_PER_MESSAGE = 2
    given = [upload().json()["id"] for _ in range(3)]

    assert say(*given)["X-Refusal"] == "too_many_attachments"
    assert say(*given[:2]).status_code == 200


def test_files_keep_the_order_in_which_they_were_chosen(workspace, upload, say):
    given = [upload(name=f"{n}.txt").json()["id"] for n in range(4)]
    chosen = [given[2], given[0], given[3], given[1]]

    say(*chosen)

    with scope(workspace):
        files = Message.objects.order_by("pk").last().files()
        assert [str(file.public_id) for file in files] == chosen


@pytest.mark.parametrize(
    ("kinds", "preview", "in_russian"),
    [
        (["png"], "Photo", "1 фото"),
        (["png", "png"], "2 photos", "2 фото"),
        (["pdf", "png"], "offer.pdf", "offer.pdf"),
    ],
)
def test_the_row_says_what_was_sent_without_words(
    workspace, upload, say, kinds, preview, in_russian
):
    bodies = {"png": (picture(), "a.png"), "pdf": (b"%PDF-1.4", "offer.pdf")}
    say(*[upload(*bodies[kind]).json()["id"] for kind in kinds])

    with scope(workspace):
        assert Conversation.objects.get().in_short == preview
        with translation.override("ru"):
            assert Conversation.objects.get().in_short == in_russian


def test_what_was_given_is_there_when_the_page_is_loaded_again(
    operator_client, workspace, upload, say
):
    reply, note = upload(name="reply.txt").json(), upload(name="note.txt", what="note").json()
    forgotten, sent = upload(name="forgotten.txt").json(), upload(name="sent.txt").json()
    way = f"/{workspace.slug}/inbox/1/"
    operator_client.delete(f"{way}attachments/{forgotten['id']}/")
    say(sent["id"])

    page = operator_client.get(way).content.decode()

    assert [f'value="{one["id"]}"' in page for one in (reply, note, forgotten, sent)] == [
        True,
        True,
        False,
        False,
    ]


def test_nobody_leads_to_a_file_that_is_not_sent(client, workspace, conversation, admin, upload):
    given = upload().json()["id"]
    client.force_login(admin.user)

    assert client.get(f"/{workspace.slug}/inbox/1/attachments/{given}/").status_code == 404


@pytest.mark.parametrize("allowance", [(1, 10**9), (10, 25)])
def test_uploads_are_counted_by_files_and_bytes(upload, limit, allowance):
    for what, most in zip(("file", "bytes"), allowance, strict=True):
        limit(what, most)

    answers = [upload(b"x" * 20) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 429]


# What becomes of them


def test_what_nobody_sent_is_forgotten_after_a_day(workspace, upload, say, time_machine):
    sent, given = (upload(picture(), "a.png").json()["id"] for _ in range(2))
    say(sent)
    with scope(workspace):
        keys = {str(a.public_id): a.key for a in Attachment.objects.all()}
    forget_uploads()
    assert storage.piece(keys[given], 0, 9)

    time_machine.move_to(timezone.now() + DAY + timedelta(minutes=1))
    forget_uploads()

    with scope(workspace):
        assert [str(a.public_id) for a in Attachment.objects.all()] == [sent]
    assert storage.piece(keys[sent], 0, 9)
    with pytest.raises(FileNotFoundError):
        storage.piece(keys[given], 0, 9)


def test_the_files_of_a_deleted_message_are_forgotten(workspace, upload, say, time_machine):
    say(upload().json()["id"])
    with scope(workspace):
        key = Attachment.objects.get().key
        Message.objects.order_by("-pk")[0].delete()

    time_machine.move_to(timezone.now() + DAY + timedelta(minutes=1))
    forget_uploads()

    with scope(workspace):
        assert not Attachment.objects.exists()
    with pytest.raises(FileNotFoundError):
        storage.piece(key, 0, 9)


def shrink(workspace):
    with scope(workspace):
        file = Attachment.objects.get()
    shrink_picture(workspace_id=workspace.pk, attachment_id=file.pk)
    with scope(workspace):
        return Attachment.objects.get()


def test_a_picture_gets_a_small_one_and_its_message_is_drawn_anew(workspace, upload, say):
    say(upload(picture(2000, 1000, "JPEG"), "a.jpg").json()["id"])
    with scope(workspace):
        before = Conversation.objects.get().last_seq

    small = shrink(workspace)

    with scope(workspace):
        assert Conversation.objects.get().last_seq == before + 1
        link = small.thumbnail_link()
    served = Client().get(link)
    assert served["Content-Type"] == "image/webp"
    with Image.open(BytesIO(served.content)) as image:
        assert image.size == (640, 320)


def test_a_picture_taken_on_its_side_stands_upright(workspace, upload):
    exif = Image.Exif()
    exif[0x0112] = 6

    given = upload(picture(60, 30, "JPEG", exif=exif), "a.jpg").json()

    assert (given["width"], given["height"]) == (30, 60)
    small = shrink(workspace)
    with scope(workspace):
        link = small.thumbnail_link()
    with Image.open(BytesIO(Client().get(link).content)) as image:
        assert image.size == (30, 60)
        assert not image.getexif()


def test_a_broken_picture_is_just_a_file(workspace, upload):
    whole = picture(400, 300, "JPEG")
    upload(whole[: len(whole) // 3] + b"\0" * 50, "a.jpg")

    file = shrink(workspace)

    with scope(workspace):
        assert (file.is_picture, file.thumbnail_link(), file.thumbnail_due_at) == (
            False,
            None,
            None,
        )


def test_a_picture_that_ends_its_worker_is_left_alone(workspace, upload, monkeypatch, time_machine):
    upload(picture(), "a.png")

    def die(_):
        raise SystemExit

    monkeypatch.setattr("inbox.tasks.shrink", die)
    attempts = 0
    for _ in range(6):
        with scope(workspace):
            file = Attachment.objects.get()
        if file.thumbnail_due_at is None:
            break
        attempts += 1
        with pytest.raises(SystemExit):
            shrink(workspace)
        time_machine.move_to(timezone.now() + timedelta(minutes=2))

    assert attempts == 3


def test_a_lost_bell_is_rung_again(workspace, upload, monkeypatch):
    upload(picture(), "a.png")
    rung = []
    monkeypatch.setattr("inbox.tasks.ring", lambda task, **ids: rung.append(ids))

    shrink_waiting_pictures()

    with scope(workspace):
        ids = {"workspace_id": workspace.pk, "attachment_id": Attachment.objects.get().pk}
    assert rung == [ids]
