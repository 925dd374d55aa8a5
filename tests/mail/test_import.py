"""An archive comes in: every mail once, with its date, in its conversation, and nobody is told."""

import json
import mailbox as boxes

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts import courier
from accounts.models import FollowUp
from accounts.tenancy import scope
from inbox.connectors.mail.archives import mails_in
from inbox.enums import MessageKind
from inbox.models import Conversation, Message
from tests.mail.posting import ADDRESS, make_mail_channel, written
from tests.mail.test_reading import CORPUS

FIRST = written("Hello", date="Mon, 5 Jan 2026 10:00:00 +0000")
OURS = written(
    "Hi Ada", sender=f"Support <{ADDRESS}>", to="ada@example.test", message_id="<o@acme.test>",
    in_reply_to="<1@example.test>", date="Mon, 5 Jan 2026 11:00:00 +0000",
)  # fmt: skip
THANKS = written(
    "Thanks", message_id="<2@example.test>", in_reply_to="<o@acme.test>",
    date="Tue, 6 Jan 2026 09:00:00 +0100",
)  # fmt: skip
OTHER = written(
    "Other", message_id="<3@example.test>", sender="bob@example.test",
    references="<1@example.test>", date="Wed, 7 Jan 2026 09:00:00 +0000",
)  # fmt: skip


@pytest.fixture
def mailbox(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def folder(tmp_path):
    """The answer stands before what it answers."""
    for name, raw in {"a": THANKS, "b": OURS, "c": FIRST, "d": OTHER, "e": b""}.items():
        (tmp_path / f"{name}.eml").write_bytes(raw)
    return tmp_path


def run(channel, *paths, capsys, **options):
    call_command(
        "import_mail",
        *map(str, paths),
        workspace=channel.workspace.slug,
        channel=ADDRESS,
        **options,
    )
    return capsys.readouterr().out


def lines(said):
    return [json.loads(line) for line in said.removesuffix("\n").split("\n")]


def test_mails_come_in_once_closed_and_unheard(mailbox, folder, capsys, monkeypatch):
    errands: list[object] = []
    monkeypatch.setattr(courier._courier, "send", errands.append)

    first = run(mailbox, folder, capsys=capsys, json=True)
    again = run(mailbox, folder, capsys=capsys, json=True)

    told = {line["source"][-5]: line["conversation"] for line in lines(first)}
    assert told == {"a": 1, "b": 1, "c": 1, "d": 2, "e": None}
    assert again == first
    assert errands == []
    with scope(mailbox.workspace):
        assert not FollowUp.objects.exists()
        assert Message.objects.count() == 4
        conversation = Conversation.objects.get(number=1)
        messages = list(conversation.messages.order_by("seq"))
        assert [(one.text, one.kind) for one in messages] == [
            ("Hello", MessageKind.INCOMING),
            ("Hi Ada", MessageKind.OUTGOING),
            ("Thanks", MessageKind.INCOMING),
        ]
        assert f"{messages[2].created_at:%Y-%m-%d %H:%M}" == "2026-01-06 08:00"
        assert conversation.is_closed
        assert conversation.closed_at == messages[2].created_at
        assert (conversation.waiting_since, conversation.read_by) == (None, "*")


def test_a_rehearsal_finds_the_same_conversations_and_writes_nothing(mailbox, folder, capsys):
    said = run(mailbox, folder, capsys=capsys, json=True, dry_run=True)

    assert [line["conversation"] for line in lines(said)] == [1, 1, 1, 2, None]
    with scope(mailbox.workspace):
        assert not Conversation.objects.exists()
    run(mailbox, folder, capsys=capsys)
    with scope(mailbox.workspace):
        assert Conversation.objects.count() == 2


def test_each_line_says_all_that_was_read(mailbox, folder, capsys):
    line = lines(run(mailbox, folder / "a.eml", capsys=capsys, json=True, dry_run=True))[0]

    assert line["source"] == str(folder / "a.eml")
    assert line | {"sha256": "", "source": ""} == {
        "source": "",
        "index": 0,
        "sha256": "",
        "message_id": "2@example.test",
        "conversation": 1,
        "from": {"name": "Ada", "address": "ada@example.test"},
        "to": [{"name": "", "address": ADDRESS}],
        "cc": [],
        "subject": "A bell",
        "date": "2026-01-06T08:00:00+00:00",
        "text": "Thanks",
        "new_text": "Thanks",
        "html": "",
        "attachments": [],
        "automatic": False,
        "bounce_of": None,
        "verdict": "accepted",
        "problems": [],
    }


def test_every_odd_mail_comes_in(mailbox, tmp_path, capsys):
    box = tmp_path / "odd.mbox"
    quoted = [b"From x@y Mon Jan  5 10:00:00 2026\n" + escaped(raw) + b"\n" for raw in CORPUS]
    box.write_bytes(b"".join(quoted))

    rehearsed = lines(run(mailbox, box, capsys=capsys, json=True, dry_run=True))
    said = lines(run(mailbox, box, capsys=capsys, json=True))

    assert len(said) == len(CORPUS)
    together = {
        (one["conversation"], two["conversation"]) for one, two in zip(said, rehearsed, strict=True)
    }
    assert len(together) == len({one for one, _ in together}) == len({two for _, two in together})
    assert [one | {"conversation": 0} for one in said] == [
        one | {"conversation": 0} for one in rehearsed
    ]
    unread = [line["index"] for line in said if line["conversation"] is None]
    assert unread == [line["index"] for line in said if line["verdict"] == "unreadable"]


def escaped(raw):
    lines = (raw if raw.endswith(b"\n") else raw + b"\n").split(b"\n")
    return b"\n".join(b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in lines)


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_is_parted_where_mails_begin(tmp_path, end):
    said = [
        b"From ada@x.test Mon Jan  5 10:00:00 2026",
        b"Subject: One", b"", b"Hi", b">From here", b">>From there", b"From the sea", b"",
        b"From there we go on", b"",
        b"From bob@x.test Mon Jan  5 10:00:00 2026",
        b"Subject: Two", b"", b"Ho", b"",
    ]  # fmt: skip
    box = tmp_path / "box"
    box.write_bytes(end.join(said) + end)

    one, two = [item.read() for item in mails_in(box)]

    expected = [b"Subject: One", b"", b"Hi", b"From here", b">From there", b"From the sea", b"",
                b"From there we go on", b""]  # fmt: skip
    assert one == end.join(expected)
    assert two == end.join([b"Subject: Two", b"", b"Ho", b""])


def test_a_maildir_is_read(mailbox, tmp_path, capsys):
    box = boxes.Maildir(tmp_path / "box")
    box.add(FIRST)
    read = boxes.MaildirMessage(THANKS)
    read.set_subdir("cur")
    box.add(read)
    (tmp_path / "box/tmp/half").write_bytes(FIRST)

    assert "2 mails are in" in run(mailbox, tmp_path / "box", capsys=capsys)


def test_a_path_that_cannot_be_read_is_told_after_the_rest(mailbox, folder, capsys):
    with pytest.raises(CommandError, match=r"nowhere\.mbox"):
        run(mailbox, folder / "nowhere.mbox", folder / "c.eml", capsys=capsys)

    with scope(mailbox.workspace):
        assert Message.objects.count() == 1


def test_one_file_that_cannot_be_read_stops_no_other(mailbox, folder, capsys, monkeypatch):
    from inbox.management.commands import import_mail

    def refuse(path):
        if path.name == "b.eml":
            raise PermissionError(13, "Permission denied")
        return mails_in(path)

    monkeypatch.setattr(import_mail, "mails_in", refuse)
    with pytest.raises(CommandError, match=r"b\.eml \(Permission denied\)"):
        run(mailbox, folder, capsys=capsys)

    with scope(mailbox.workspace):
        assert Message.objects.count() == 3


@pytest.mark.parametrize("channel", ["other@acme.test", "99999999"])
def test_an_unknown_channel_is_refused(mailbox, folder, channel):
    with pytest.raises(CommandError, match="no mail channel"):
        call_command("import_mail", str(folder), workspace=mailbox.workspace.slug, channel=channel)


def test_an_import_that_broke_off_goes_on(mailbox, folder, capsys, monkeypatch):
    from inbox import intake

    with monkeypatch.context() as broken:
        broken.setattr(intake, "receive_mails", lambda *_, **__: 1 / 0)
        run(mailbox, folder / "c.eml", capsys=capsys)
    run(mailbox, folder / "c.eml", capsys=capsys)

    with scope(mailbox.workspace):
        assert Message.objects.count() == 1
