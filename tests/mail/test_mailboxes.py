"""Who fetches a mailbox, when it is looked into again, and what is stored before it is entered."""

from datetime import datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from accounts.tenancy import scope
from inbox import doors, intake, keeping, tasks
from inbox.actions import mailboxes
from inbox.enums import AfterFetch, DeliveryState
from inbox.models import Attachment, Channel, Delivery, Mailbox
from tests.mail.posting import NOW, deliveries, make_mail_channel, written


@pytest.fixture
def channel(workspace):
    return make_mail_channel(workspace)


@pytest.fixture
def mailbox(channel):
    with scope(channel.workspace):
        return mailboxes.set_up_mailbox(channel)


def claim(mailbox):
    with scope(mailbox.workspace):
        return mailboxes.claim_mailbox(mailbox.pk)


def reread(mailbox):
    with scope(mailbox.workspace):
        return Mailbox.objects.get(pk=mailbox.pk)


def is_due(mailbox, at=None):
    asked = doors.mailboxes_to_fetch(at or timezone.now(), 100)
    return (mailbox.workspace_id, mailbox.pk) in asked


def files():
    return {path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_a_mailbox_is_fetched_by_one_at_a_time_until_its_lease_runs_out(mailbox):
    first = claim(mailbox)

    assert claim(mailbox) is None
    assert not is_due(mailbox)
    with time_machine.travel(timezone.now() + mailboxes.LEASE + timedelta(seconds=1)):
        assert is_due(mailbox)
        assert claim(mailbox) is not None
    with scope(mailbox.workspace), pytest.raises(mailboxes.LeaseLost):
        mailboxes.hold_mailbox(first)


def test_who_fetches_loses_the_mailbox_to_an_admin(mailbox, channel):
    mine = claim(mailbox)
    with scope(mailbox.workspace):
        mailboxes.set_up_mailbox(
            channel, folders=["INBOX", "Sales"], after=AfterFetch.MOVE, after_folder="Done"
        )

    with scope(mailbox.workspace):
        with pytest.raises(mailboxes.LeaseLost):
            mailboxes.record_success(mine)
        watched = {folder.name: folder.is_watched for folder in mailbox.folders.all()}
        assert watched == {"INBOX": True, "Sales": True}
    again = claim(mailbox)
    assert (again.after, again.after_folder) == (AfterFetch.MOVE, "Done")

    with scope(mailbox.workspace):
        Channel.objects.update(enabled=False)
        with pytest.raises(mailboxes.LeaseLost):
            mailboxes.hold_mailbox(again)
    assert not is_due(mailbox, timezone.now() + timedelta(days=1))


def test_trouble_is_noted_and_the_next_look_is_later_each_time(mailbox):
    began, waits = timezone.now(), []
    for _ in range(3):
        with scope(mailbox.workspace):
            Mailbox.objects.update(next_try_at=timezone.now())
            mailboxes.record_failure(mailboxes.claim_mailbox(mailbox.pk), reason="Away.")
        now = reread(mailbox)
        waits.append(now.next_try_at - timezone.now())

    assert waits[0] < waits[1] < waits[2] < mailboxes.LONGEST_WAIT
    assert (now.last_error, now.failures, now.is_stopped) == ("Away.", 3, False)
    assert began < now.failing_since < now.last_error_at

    with scope(mailbox.workspace):
        Mailbox.objects.update(next_try_at=timezone.now())
        mine = mailboxes.claim_mailbox(mailbox.pk)
        mailboxes.record_success(mine)
        mailboxes.release_mailbox(mine, again_in=timedelta(minutes=1))
    now = reread(mailbox)
    assert (now.failures, now.is_failing, now.last_error) == (0, False, "Away.")
    assert now.last_success_at > now.last_error_at


def test_a_password_that_is_refused_is_not_tried_for_ever(mailbox, channel):
    for _ in range(mailboxes.MOST_REFUSALS):
        with scope(mailbox.workspace):
            Mailbox.objects.update(next_try_at=timezone.now())
            mine = mailboxes.claim_mailbox(mailbox.pk)
            mailboxes.record_failure(mine, reason="No.", is_refusal=True)

    assert reread(mailbox).is_stopped
    assert not is_due(mailbox, timezone.now() + timedelta(days=30))

    with scope(mailbox.workspace):
        mailboxes.set_up_mailbox(channel)
    assert is_due(mailbox)


def test_a_password_that_is_refused_once_after_other_trouble_is_tried_again(mailbox):
    for reason, is_refusal in [("Away.", False)] * 5 + [("No.", True)]:
        with scope(mailbox.workspace):
            Mailbox.objects.update(next_try_at=timezone.now())
            mine = mailboxes.claim_mailbox(mailbox.pk)
            mailboxes.record_failure(mine, reason=reason, is_refusal=is_refusal)

    assert not reread(mailbox).is_stopped


def test_a_mail_whose_keeper_died_before_entering_it_leaves_no_file(channel):
    before = files()
    keeping.store(channel.workspace, channel, [(BytesIO(written()), NOW)])

    assert len(files()) == len(before) + 1
    with scope(channel.workspace):
        Attachment.objects.update(created_at=datetime(2026, 1, 1, tzinfo=NOW.tzinfo))
    tasks.forget_uploads()
    assert files() == before


def test_a_mail_is_entered_once_and_its_file_stays(channel):
    raw = [(BytesIO(written()), NOW), (BytesIO(written()), NOW)]
    stored = keeping.store(channel.workspace, channel, raw)
    with scope(channel.workspace):
        first, second = keeping.enter(channel, stored)
        assert (first.is_new, second.is_new) == (True, False)
        assert first.delivery_id == second.delivery_id

    assert [mail.upload for mail in keeping.store(channel.workspace, channel, raw)] == [None, None]
    with scope(channel.workspace):
        Attachment.objects.update(created_at=datetime(2026, 1, 1, tzinfo=NOW.tzinfo))
    tasks.forget_uploads()
    intake.ingest_mail(channel.workspace, intake.found(channel.workspace, first.delivery_id))
    assert [one.state for one in deliveries(channel)] == [DeliveryState.DONE]


def test_a_mail_whose_file_was_swept_away_is_not_entered(channel):
    stored = keeping.store(channel.workspace, channel, [(BytesIO(written()), NOW)])
    with scope(channel.workspace):
        Attachment.objects.all().delete()

    with pytest.raises(RuntimeError), scope(channel.workspace):
        keeping.enter(channel, stored)
    with scope(channel.workspace):
        assert not Delivery.objects.exists()
