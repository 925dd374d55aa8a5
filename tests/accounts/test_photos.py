"""Pictures of people: every file somebody may send, and the door they are fetched through."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.photos import MOST_BYTES, SIDE

PHOTO = "/accounts/profile/photo/"


def picture(size=(600, 400), mode="RGB", kind="PNG", colour="red", **options):
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **options)
    return file.getvalue()


def send(client, data, name="me.png", content_type="image/png"):
    return client.post(PHOTO, {"photo": SimpleUploadedFile(name, data, content_type)})


def photo_of(member):
    return User.objects.get(pk=member.user_id).photo_url


def png_of_claimed_size(width, height):
    """A header that promises much, and next to nothing behind it."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = (
        chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    "data",
    [
        picture(),
        picture(kind="JPEG"),
        picture(mode="RGBA", colour=(255, 0, 0, 90)),
        picture(mode="P", colour=3),
        picture(mode="L", colour=90),
        picture(mode="1", colour=1),
        picture(mode="CMYK", kind="JPEG"),
        picture(mode="I;16", colour=900),
        picture(size=(1, 1)),
        picture(size=(5000, 20), kind="JPEG"),
    ],
    ids=["png", "jpeg", "rgba", "palette", "grey", "bits", "cmyk", "sixteen", "dot", "strip"],
)
def test_a_picture_becomes_a_small_square(operator_client, operator, data):
    assert send(operator_client, data).status_code == 302

    answer = Client().get(photo_of(operator))
    image = Image.open(BytesIO(answer.content))
    assert (image.format, image.size, image.mode) == ("JPEG", (SIDE, SIDE), "RGB")


def test_a_picture_is_turned_upright_and_tells_nothing_of_its_origin(operator_client, operator):
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: turned by 90 degrees
    exif[0x010F] = "Spyglass"  # maker
    file = BytesIO()
    image = Image.new("RGB", (400, 400), "white")
    image.paste("black", (0, 0, 400, 100))
    image.save(file, "JPEG", exif=exif, comment=b"at home", icc_profile=b"x" * 200)

    send(operator_client, file.getvalue())

    kept = Client().get(photo_of(operator)).content
    shown = Image.open(BytesIO(kept))
    assert not shown.getexif()
    assert shown.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert (b"Spyglass" in kept, b"at home" in kept) == (False, False)
    assert shown.getpixel((SIDE - 10, 128))[0] < 60 < shown.getpixel((10, 128))[0]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"GIF89a not really", "no picture we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no picture we can read"),
        (picture(kind="GIF"), "no picture we can read"),
        (picture(kind="WEBP"), "no picture we can read"),
        (picture(kind="TIFF"), "no picture we can read"),
        (picture(kind="ICO", size=(64, 64)), "no picture we can read"),
        (picture()[:200], "no picture we can read"),
        (picture(kind="JPEG")[:300], "no picture we can read"),
        (png_of_claimed_size(20_000, 20_000), "too many pixels"),
        (png_of_claimed_size(12_000, 12_000), "too many pixels"),
        (png_of_claimed_size(4_000, 4_000), "no picture we can read"),
        (b"x" * (MOST_BYTES + 1), "larger than 8 MB"),
    ],
    ids=range(13),
)
def test_what_is_no_picture_is_refused_with_words(operator_client, operator, data, sentence):
    response = send(operator_client, data)

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert photo_of(operator) == ""


def test_no_file_at_all_is_refused(operator_client, operator):
    response = operator_client.post(PHOTO, {"photo": "me.png"})

    assert response.status_code == 422
    assert "Choose a picture first." in response.content.decode()


def test_a_new_picture_has_a_new_address_and_the_old_one_goes(operator_client, operator):
    send(operator_client, picture())
    first = photo_of(operator)
    send(operator_client, picture(colour="blue"))
    second = photo_of(operator)
    operator_client.post(PHOTO, {"undo": "1"})

    assert len({first, second, photo_of(operator), ""}) == 3
    assert [Client().get(address).status_code for address in (first, second)] == [404, 404]
    assert not default_storage.exists(second.removeprefix("/files/"))


def test_pictures_are_served_to_be_kept_and_for_nothing_else(operator_client, operator):
    send(operator_client, picture(), name="../../evil.html", content_type="text/html")

    answer = Client().get(photo_of(operator))

    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer["Content-Disposition"] == 'inline; filename="picture.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert (
        answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert "Set-Cookie" not in answer


@pytest.mark.parametrize("name", ["x", "../../secrets.env", "a" * 24, "%2e%2e%2fsecrets"])
def test_other_names_lead_nowhere(db, name):
    assert Client().get(f"/files/people/{name}.jpg").status_code == 404


def test_the_picture_is_drawn_wherever_its_person_is(
    operator_client, workspace, conversation, operator
):
    from accounts.tenancy import scope
    from inbox.actions.assignment import assign_conversation
    from inbox.actions.messaging import add_note

    send(operator_client, picture())
    operator.user.refresh_from_db()
    with scope(workspace):
        assign_conversation(conversation, to=operator, actor=operator)
        add_note(conversation, text="Careful", actor=operator)

    page = operator_client.get(f"/{workspace.slug}/inbox/{conversation.number}/").content.decode()

    # the rail, both lists of colleagues, the row, the head, the note, and what is being sent
    # as a reply or a note
    assert page.count(f'<img src="{operator.user.photo_url}" alt="">') == 8
