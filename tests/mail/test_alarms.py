"""When mail stands still: admins are told once, and once more when it moves again."""

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from accounts.models import Event, Membership
from accounts.tenancy import scope
from inbox.actions.channels import change_channel
from inbox.actions.mailboxes import set_up_mailbox
from inbox.actions.messaging import send_message
from inbox.mail_health import health_of
from inbox.mail_watch import watch_mail
from inbox.models import Conversation, Delivery, MailAlarm, Mailbox, Message
from tests.mail.posting import ADDRESS, make_mail_channel, post, written

MINUTE = timedelta(minutes=1)
WORDS = "The mail server refused the user name or password: LOGIN failed."


@pytest.fixture
def channel(workspace, admin, super_admin, operator):
    channel = make_mail_channel(workspace)
    with scope(workspace):
        set_up_mailbox(channel)
    return channel


@pytest.fixture
def fares(workspace, channel):
    """Let the mailbox fare so, and the clock look."""

    def fares(**facts):
        with scope(workspace):
            Mailbox.objects.update(**facts)
        watch_mail()

    return fares


@pytest.fixture
def told(workspace, settle):
    """Send what is owed; return to whom and of what, since it was asked last."""

    def told():
        before = len(outbox.outbox)
        settle(workspace)
        return sorted((one.to[0], one.subject) for one in outbox.outbox[before:])

    return told


def ago(minutes):
    return timezone.now() - minutes * MINUTE


def failing(minutes, words=WORDS):
    return {"failing_since": ago(minutes), "last_error": words, "last_error_at": ago(0)}


def test_admins_are_told_once_and_once_more_when_it_is_over(
    fares, told, workspace, channel, admin, super_admin
):
    with scope(workspace):
        rows = Membership.objects.exclude(role="operator")
        people = sorted(rows.values_list("user__email", flat=True))
    assert {admin.user.email, super_admin.user.email} <= set(people)
    fares(**failing(9))
    assert told() == []

    fares(**failing(11))
    fares(**failing(20))
    assert told() == [(one, f"Mail of {channel.name} is not being fetched") for one in people]
    assert WORDS in outbox.outbox[-1].body
    assert "Check the user name and the password" in outbox.outbox[-1].body

    fares(failing_since=None, next_try_at=timezone.now())
    fares(failing_since=None, next_try_at=timezone.now())
    assert told() == [(one, f"Mail of {channel.name} is fetched again") for one in people]
    with scope(workspace):
        assert MailAlarm.objects.get().ended_at is not None
        kinds = Event.objects.filter(kind__startswith="channel.").order_by("pk")
        assert list(kinds.values_list("kind", flat=True)) == [
            "channel.created",
            "channel.troubled",
            "channel.recovered",
        ]


def test_a_mailbox_that_nobody_looks_into_is_an_alarm_too(fares, told):
    fares(next_try_at=ago(11), leased_until=timezone.now() + MINUTE)
    assert told() == []  # somebody is at it

    fares(next_try_at=ago(11), leased_until=None)
    assert told() != []
    assert "Nobody looked into the mailbox" in outbox.outbox[-1].body


def test_a_paused_channel_raises_no_alarm_and_ends_the_one_it_had(fares, told, workspace, channel):
    fares(**failing(11))
    told()
    with scope(workspace):
        change_channel(channel, enabled=False, actor=None)

    fares(**failing(30))

    assert told() == []
    with scope(workspace):
        assert MailAlarm.objects.get().ended_at is not None


def test_whoever_was_not_told_hears_no_all_clear(fares, told):
    fares(**failing(11))
    fares(failing_since=None, next_try_at=timezone.now())  # before the mail had gone

    assert told() == []


@pytest.fixture
def reply(workspace, channel, operator):
    conversation = post(channel, written()).conversation
    with scope(workspace):
        Mailbox.objects.all().delete()
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        return send_message(conversation, text="It is red.", actor=operator)


def waits(workspace, reply, **facts):
    with scope(workspace):
        Message.objects.filter(pk=reply.pk).update(**facts)
    watch_mail()


def test_replies_that_do_not_go_out_are_an_alarm(workspace, reply, told, channel):
    refused = {"attempts": 6, "error": "The mail server refused: 535 no", "send_at": ago(-5)}
    waits(workspace, reply, created_at=ago(9), **refused)
    assert told() == []

    waits(workspace, reply, created_at=ago(11), **refused)
    assert {subject for _, subject in told()} == {f"Mail of {channel.name} is not being sent"}

    waits(workspace, reply, state="sent", sent_at=timezone.now())
    assert {subject for _, subject in told()} == {f"Mail of {channel.name} is sent again"}


def test_a_reply_that_no_worker_takes_is_an_alarm(workspace, reply, told):
    waits(workspace, reply, send_at=ago(11))

    assert told() != []


@pytest.mark.parametrize(
    "facts",
    [
        {"send_at": -600, "is_scheduled": True, "created_at": 600},
        {"send_at": -1, "is_scheduled": True, "created_at": 600, "attempts": 1},
        {"state": "failed", "send_at": 600, "created_at": 600, "attempts": 9},
    ],
    ids=["later", "just tried", "failed"],
)
def test_a_reply_that_has_its_time_is_none(workspace, reply, told, facts):
    times = {name: ago(facts[name]) for name in ("send_at", "created_at")}
    waits(workspace, reply, **facts | times)

    assert told() == []


def test_one_reader_whose_server_delays_is_none_while_others_get_theirs(
    workspace, channel, reply, operator, told
):
    conversation = post(channel, written("Red?", message_id="<2@x.test>")).conversation
    with scope(workspace):
        conversation = Conversation.objects.with_people().get(pk=conversation.pk)
        other = send_message(conversation, text="Yes.", actor=operator)
    waits(workspace, other, state="sent", sent_at=timezone.now())

    waits(workspace, reply, created_at=ago(30), attempts=8, error="451", send_at=ago(-5))

    assert told() == []


def test_the_page_tells_how_mail_fares(client, admin, workspace, channel, fares):
    client.force_login(admin.user)
    fares(**failing(11), failures=4, last_success_at=ago(12), next_try_at=ago(-2))
    with scope(workspace):
        Delivery.objects.create(channel=channel, external_id="x", raw=b"", state="unreadable", error="Half a mail")  # fmt: skip
    settings = f"/{workspace.slug}/settings/channels/"

    page = client.get(f"{settings}{channel.pk}/").content.decode()
    fragment = client.get(f"{settings}{channel.pk}/health/").content.decode()
    listed = client.get(settings).content.decode()
    banner = client.get(f"{settings}alarms/").content.decode()

    for text in (page, fragment):
        assert WORDS in text
        assert "4 times in a row" in text
        assert "Check the user name" in text
        assert "Half a mail" in text
    assert "1 needs attention" in listed
    assert "Mail is not being fetched" in listed
    assert f"Mail of Mail to {ADDRESS} has not been fetched since" in banner


def test_what_could_not_be_read_is_tried_again(client, admin, workspace, channel):
    with scope(workspace):
        mail = Delivery.objects.create(channel=channel, external_id="x", raw=b"", state="unreadable")  # fmt: skip
    client.force_login(admin.user)

    client.post(f"/{workspace.slug}/settings/channels/{channel.pk}/unreadable/")

    with scope(workspace):
        mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("waiting", 0)


def test_the_page_tells_how_late_mail_was_hour_by_hour(client, admin, workspace, channel):
    hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    with scope(workspace):
        for number, (ago, lag) in enumerate([(0, 8), (0, 10), (0, 60), (3, 240), (30, 999)]):
            kept = hour - timedelta(hours=ago)
            facts = {"kept_at": kept, "received_at": kept - timedelta(seconds=lag), "raw": b""}
            Delivery.objects.create(channel=channel, external_id=str(number), **facts)
        found = health_of(channel, hour + timedelta(minutes=5))

    assert found.lags.medians == [*[None] * 20, 240, None, None, 10]
    assert (found.lags.hours[-1], found.lags.hours[0]) == (hour, hour - timedelta(hours=23))
    assert found.lag == 35
    client.force_login(admin.user)
    page = client.get(f"/{workspace.slug}/settings/channels/{channel.pk}/health/").content.decode()
    assert 'aria-label="Lag in seconds, by hour. From 10 to 240."' in page
    assert f'<local-time datetime="{found.lags.hours[0].isoformat()}"' in page
