"""The list of channels: where their conversations go, how many came, and finding one."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from accounts.tenancy import scope
from inbox.actions.channels import create_mail_channel
from inbox.models import Channel
from inbox.traffic import traffic_by_channel
from tests.factories import make_channel, make_conversation, make_team, serial


@pytest.fixture
def shown(client, admin, workspace):
    """Read the list."""
    client.force_login(admin.user)

    def shown(**query):
        return client.get(f"/{workspace.slug}/settings/channels/", query).content.decode()

    return shown


def change(channel, **fields):
    with scope(channel.workspace):
        Channel.objects.filter(pk=channel.pk).update(**fields)


def test_the_list_says_where_conversations_go_and_how_many_came(shown, workspace, channel):
    change(channel, team=make_team(workspace, name="Orders"))
    now = timezone.now()
    for back in (0, 1, 1, 6, 8):
        with time_machine.travel(now - timedelta(days=back), tick=False):
            make_conversation(channel, f"ada-{back}-{next(serial)}")

    text = shown()

    assert ">Orders</td>" in text
    assert '<span class="spark__n num">4</span>' in text
    with scope(workspace):
        [counted] = traffic_by_channel(now, ZoneInfo("UTC")).values()
    assert counted.days == (1, 0, 0, 0, 0, 2, 1)
    assert counted.points[0] == (3, 11.0)
    assert counted.points[5][1] == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("shop", ["Shop"]),
        ("BIKES@", ["Mail"]),
        ("orders", ["Mail"]),
        ("https://a.ex", ["Shop"]),
        ("%", []),
        ("", ["Mail", "Shop"]),
        ("nul\0l", []),
    ],
    ids=["name", "address", "team", "site", "wildcard", "nothing", "nul"],
)
def test_channels_are_found_by_name_address_and_team(shown, workspace, query, found):
    change(make_channel(workspace, origins=["https://a.example"]), name="Shop")
    with scope(workspace):
        mail = create_mail_channel(name="Mail", address="bikes@acme.test", actor=None)
    change(mail, team=make_team(workspace, name="Orders"))

    text = shown(q=query)

    names = re.findall(r'class="channel__name"><(?:a[^>]*|b)>([^<]*)<', text)
    assert names == found
    assert ("No channel is called so." in text) is (not found)
