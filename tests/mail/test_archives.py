"""Archives as programs leave them: where their mails are, and what else lies about."""

import os

import pytest

from inbox.connectors.mail.archives import files_in, mails_in

BEGIN = b"From ada@x.test Mon Jan  5 10:00:00 2026"


def box_of(tmp_path, lines, end=b"\n", name="box.mbox"):
    box = tmp_path / name
    box.write_bytes(end.join(lines) + end)
    return [item.read().replace(b"\r\n", b"\n") for item in mails_in(box)]


def listed(folder):
    refused = []
    files = list(files_in(folder, lambda path, error: refused.append((path.name, error.strerror))))
    return [str(file.relative_to(folder)) for file in files], refused


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_told_length_is_believed_if_it_fits(tmp_path, end):
    body = [b"Hi", b"", BEGIN, b"Subject: quoted", b"", b">From here"]
    length = len(end.join(body) + end)
    lines = [BEGIN, b"Subject: One", b"Content-Length: %d" % length, b"", *body, b"",
             BEGIN, b"Subject: Two", b"Content-Length: 900", b"", b"Ho", b"",
             BEGIN, b"Subject: Three", b"", b"He"]  # fmt: skip

    one, two, three = box_of(tmp_path, lines, end)

    assert one.endswith(b"quoted\n\n>From here\n")
    assert two.endswith(b"\n\nHo\n")
    assert three == b"Subject: Three\n\nHe\n"


def test_a_paragraph_that_begins_with_from_parts_nothing(tmp_path):
    said = [b"Subject: One", b"", b"Hi", b"", b"From the desk", b"Note: this", b"", b"From me."]

    assert box_of(tmp_path, [BEGIN, *said]) == [b"\n".join(said) + b"\n"]


def test_a_line_without_a_date_parts_if_an_address_stands_alone(tmp_path):
    lines = [
        b"From ada@x.test",
        b"Subject: One",
        b"",
        b"Hi",
        b"",
        b"From -",
        b"Subject: Two",
        b"",
        b"Ho",
    ]

    assert len(box_of(tmp_path, lines)) == 2


def test_a_box_that_breaks_off_keeps_what_there_is(tmp_path):
    assert box_of(tmp_path, [BEGIN, b"Subject: One", b"", b"Hi", b"", BEGIN, b"Subj"]) == [
        b"Subject: One\n\nHi\n",
        b"Subj\n",
    ]


@pytest.mark.parametrize("name", ["a.mbox", "a.mbox.gz", "a.eml"])
def test_what_is_compressed_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x1f\x8b\x08\x00\x00\x00\x00\x00")

    with pytest.raises(OSError, match="unpack it first"):
        list(mails_in(tmp_path / name))


def test_a_folder_gives_what_looks_like_mail(tmp_path):
    mail = b"Received: from x\n by y\nSubject: One\n\nHi"
    for name, content in {
        "a.EML": b"", "INBOX.Sent": BEGIN + b"\n" + mail, "1": mail, "saved.txt": mail,
        "README": b"Read this", "Makefile": b"all: x\n\tgo\n", "notes.txt": b"Dear: x\n\nhi",
        "._a.eml": b"\x00\x05\x16\x07", ".index": mail, "old.mbox.gz": b"\x1f\x8b",
    }.items():  # fmt: skip
        (tmp_path / name).write_bytes(content)
    (tmp_path / "gone.eml").symlink_to("/nowhere")

    assert listed(tmp_path) == (
        ["1", "INBOX.Sent", "a.EML", "gone.eml", "old.mbox.gz", "saved.txt"],
        [],
    )


def test_a_maildir_gives_its_mails_and_those_of_its_folders(tmp_path):
    for name in ["cur/1.h:2,RS", "new/2.h", "tmp/3.h", ".Sent/cur/4.h:2,", "dovecot-uidlist",
                 ".Sent/maildirfolder", "subscriptions", "Sub/cur/5"]:  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"Subject: One\n\nHi")

    assert listed(tmp_path) == ([".Sent/cur/4.h:2,", "Sub/cur/5", "cur/1.h:2,RS", "new/2.h"], [])


def test_a_folder_that_cannot_be_opened_hides_no_other(tmp_path, monkeypatch):
    for name in ["a/1.eml", "b/2.eml", "c/3.eml"]:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"Subject: One\n\nHi")
    path_type = type(tmp_path)
    inside = path_type.iterdir

    def guarded(self):
        if self.name == "b":
            raise PermissionError(13, "Permission denied")
        return inside(self)

    monkeypatch.setattr(path_type, "iterdir", guarded)

    assert listed(tmp_path) == (["a/1.eml", "c/3.eml"], [("b", "Permission denied")])


def test_a_name_that_is_no_text_is_a_name(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.eml")).write_bytes(b"Subject: One\n\nHi")

    assert len(listed(tmp_path)[0]) == 1
