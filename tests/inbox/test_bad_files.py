"""Files and addresses that were made to do harm: what is kept, and what a browser is told."""

import io
import zipfile
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy import scope
from inbox import file_links
from inbox.files import clean_name, in_words
from inbox.models import Attachment
from inbox.pictures import NoPicture, shrink
from tests.support.pictures import giant, picture

PAGE = b"<!doctype html><html><script>alert(1)</script></html>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SCRIPT = b"alert(document.cookie)"
UNKNOWN = "application/octet-stream"


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", bytes(50_000_000))
    return file.getvalue()


def link_of(workspace, given):
    with scope(workspace):
        return Attachment.objects.get(public_id=given["id"]).link()


@pytest.fixture
def served(workspace, upload):
    """Give a file and fetch it by its address."""

    def serve(body, name, **headers):
        given = upload(body, name).json()
        return given, Client().get(link_of(workspace, given), headers=headers)

    return serve


@pytest.mark.parametrize(
    ("body", "name", "told"),
    [
        (DRAWING, "photo.png", "image/svg+xml"),
        (DRAWING, "photo.svg", "image/svg+xml"),
        (PAGE, "photo.jpg", "text/html"),
        (PAGE, "page.html", "text/html"),
        (SCRIPT, "photo.gif", "text/plain"),
        (b"%PDF-1.4\n" + PAGE, "a.pdf", "application/pdf"),
        (giant(), "giant.png", "image/png"),
        (bomb(), "bomb.zip", "application/zip"),
        (bytes(1000), "nothing.bin", UNKNOWN),
    ],
    # Named, since a file that is made anew each time has another name in each process.
    ids=[
        "svg-as-png",
        "svg",
        "html-as-jpg",
        "html",
        "script-as-gif",
        "pdf",
        "giant",
        "bomb",
        "zeros",
    ],
)
def test_what_could_act_in_our_name_is_only_saved(served, body, name, told):
    given, answer = served(body, name)

    assert (given["content_type"], given["width"]) == (told, None)
    assert b"".join(answer) == body
    assert answer["Content-Type"] == UNKNOWN
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; sandbox; frame-ancestors 'none'"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (picture(), "image/png"),
        (picture(kind="JPEG"), "image/jpeg"),
        (picture(kind="GIF"), "image/gif"),
        (picture(kind="WEBP"), "image/webp"),
        (picture(kind="GIF") + b"/*" + SCRIPT + b"*/" + PAGE, "image/gif"),
        (picture(kind="JPEG") + PAGE + DRAWING, "image/jpeg"),
    ],
    ids=["png", "jpeg", "gif", "webp", "gif-and-script", "jpeg-and-page"],
)
def test_pictures_are_shown_as_nothing_but_pictures(served, body, kind):
    given, answer = served(body, "page.html")

    assert (given["content_type"], given["width"]) == (kind, 40)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    assert answer["Content-Disposition"] == 'inline; filename="page.html"'
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("kind", ["TIFF", "BMP", "ICO", "PPM"])
def test_other_pictures_are_just_files(served, kind):
    given, answer = served(picture(kind=kind), f"a.{kind.lower()}")

    assert given["width"] is None
    assert answer["Content-Type"] == UNKNOWN


@pytest.mark.parametrize("size", [(50_000, 50_000), (12_000, 12_000), (0, 10), (10, 2**31 - 1)])
def test_a_picture_that_would_fill_the_memory_is_never_unpacked(upload, size):
    given = upload(giant(*size), "a.png").json()

    assert (given["width"], given["height"]) == (None, None)
    with pytest.raises(NoPicture):
        shrink(io.BytesIO(giant(*size)))


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".htaccess", "htaccess"),
        ("\u200b.htaccess", "htaccess"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("a\r\nSet-Cookie: b.txt", "aSet-Cookie: b.txt"),
        ("\ud800half.txt", "half.txt"),
        ("  spaces .txt . ", "spaces.txt"),
        ("", "File"),
        ("...", "File"),
        ("/", "File"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        ("счёт за март.pdf", "счёт за март.pdf"),
        ('a"b;filename=c.txt', 'a"b;filename=c.txt'),
    ],
)
def test_a_name_is_one_line_that_hides_nothing(said, kept):
    assert clean_name(said) == kept


def test_a_name_in_any_language_is_saved_as_it_is(served):
    for name in ("счёт за март.pdf", 'a"b;filename=evil.html', "發票 😀.pdf"):
        given, answer = served(b"%PDF-1.4", name)
        assert given["name"] == name
        assert answer["Content-Disposition"].isascii()
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert "\n" not in answer["Content-Disposition"]


def test_a_name_that_no_form_can_hold_is_refused(upload):
    for name in ("a\x00.txt", "x" * 1001):
        answer = upload(b"x", name)
        assert (answer.status_code, answer["X-Refusal"]) == (422, "malformed")


def test_an_empty_or_too_large_file_keeps_nothing(workspace, upload, settings):
    settings.ATTACHMENT_MAX_BYTES = 10

    empty, large, right = upload(b""), upload(b"x" * 11), upload(b"x" * 10)

    assert [answer.status_code for answer in (empty, large, right)] == [422, 413, 201]
    assert (empty["X-Refusal"], large["X-Refusal"]) == ("empty", "too_large")
    assert "10 B" in large.content.decode()
    with scope(workspace):
        assert Attachment.objects.stored().count() == 1


@pytest.mark.parametrize("query", [{"what": "spam"}, {"what": ""}])
def test_what_it_is_for_has_to_be_said(upload, query):
    answer = upload(**query)

    assert (answer.status_code, answer["X-Refusal"]) == (422, "malformed")


def test_an_address_runs_out(workspace, upload, time_machine):
    given = upload(b"x", "a.txt").json()
    link = link_of(workspace, given)
    now = timezone.now()

    time_machine.move_to(now + timedelta(minutes=4, seconds=59), tick=False)
    assert Client().get(link).status_code == 200
    time_machine.move_to(now + timedelta(minutes=10, seconds=1), tick=False)
    answer = Client().get(link)

    assert (answer.status_code, answer["Cache-Control"]) == (410, "no-store")
    assert answer.content.decode().startswith("This link has run out.")


def test_an_address_stays_the_same_for_a_while(workspace, upload, time_machine):
    """So that a browser that asks again need not fetch again."""
    given = upload(b"x", "a.txt").json()
    time_machine.move_to(timezone.now().replace(minute=0, second=1), tick=False)
    first = link_of(workspace, given)

    time_machine.shift(timedelta(minutes=4))

    assert link_of(workspace, given) == first
    etag = Client().get(first)["ETag"]
    assert Client().get(first, headers={"If-None-Match": etag}).status_code == 304


def test_an_address_cannot_be_forged(workspace, elsewhere, upload):
    given = upload(b"x", "a.txt").json()
    _, _, token, name = link_of(workspace, given).split("/")
    said, _, signature = token.rpartition(":")
    foreign = file_links.address(
        elsewhere.pk, file_links.read(token).attachment_id, name, life=file_links.SHORT
    )

    for forged in (
        f"/files/{said}:{signature[::-1]}/{name}",
        f"/files/{said[:-1]}A:{signature}/{name}",
        f"/files/{said}/{name}",
        f"/files/:{signature}/{name}",
        f"/files/{file_links.signer.sign_object([1, 2])}/{name}",
        f"/files/{file_links.signer.sign_object('x')}/{name}",
        "/files/\u00e9/a.txt",
        foreign,
    ):
        assert Client().get(forged).status_code == 404, forged


def test_only_the_files_host_shows_files(workspace, upload, settings):
    settings.FILES_HOST = "files.acme.test"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "files.acme.test"]
    given = upload(b"x", "a.txt").json()

    link = link_of(workspace, given)

    assert link.startswith("http://files.acme.test/files/")
    path = link.removeprefix("http://files.acme.test")
    assert Client().get(path, headers={"Host": "files.acme.test"}).status_code == 200
    assert Client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "body", "told"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=-0", 416, b"", "bytes */10"),
        ("bytes=4-2", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=0-1,3-4", 200, b"0123456789", None),
        ("lines=1-2", 200, b"0123456789", None),
    ],
)
def test_a_part_may_be_asked_for(served, asked, status, body, told):
    _given, answer = served(b"0123456789", "a.txt", Range=asked)

    assert (answer.status_code, b"".join(answer)) == (status, body)
    assert answer.get("Content-Range") == told


def test_a_file_that_is_not_stored_is_not_there(workspace, upload):
    given = upload(b"x", "a.txt").json()
    link = link_of(workspace, given)
    with scope(workspace):
        Attachment.objects.update(stored_at=None)

    assert Client().get(link).status_code == 404
    assert Client().get(link.replace("/files/", f"/files/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 B"), (999, "999 B"), (1024, "1 KB"), (1_300_000, "1.2 MB"), (26_214_400, "25 MB")],
)
def test_sizes_are_said_as_people_do(size, words):
    assert in_words(size) == words
