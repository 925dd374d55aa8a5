"""Settings: connecting a website, changing it, and what its developers read there."""

import os
import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.tenancy import scope
from inbox.forms.channels import origin_of
from inbox.models import Channel
from tests.factories import make_channel, new_token

FORM = {
    "name": "Shop",
    "origins": "https://shop.example\nhttp://localhost:3000/path",
    "languages": ["en"],
    "text_en_greeting": "Hello.",
    "colour": "#7A2BA3",
    "identity_required": "on",
}


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin.user)
    return client


@pytest.fixture
def settings_url(workspace):
    return f"/{workspace.slug}/settings/channels/"


@pytest.fixture
def saved(workspace):
    """Read the workspace's channels afresh."""

    def saved():
        with scope(workspace):
            return list(Channel.objects.order_by("pk"))

    return saved


def change(channel, **fields):
    with scope(channel.workspace):
        Channel.objects.filter(pk=channel.pk).update(**fields)


def text_of(response, name) -> str:
    """Return what an element that holds only text says to whoever copies it."""
    return unescape(re.search(rf'id="{name}">([^<]*)<', response.content.decode())[1])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["Waits for its first message", "None yet", "On"]),
        ({"last_ok_at": timezone.now()}, ["Receiving and sending", "<local-time", "On"]),
        ({"last_error": "<Refused>"}, ["&lt;Refused&gt;", "1 needs attention", "On"]),
        ({"last_error": "Refused", "enabled": False}, ["Switched off", "Off"]),
    ],
)
def test_the_list_says_how_each_channel_fares(admin_client, settings_url, channel, fields, words):
    change(channel, **fields)

    text = admin_client.get(settings_url).content.decode()

    for word in words:
        assert word in text
    assert ("needs attention" in text) is ("1 needs attention" in words)
    assert channel.secrets["identity"] not in text


def test_the_list_costs_the_same_for_one_channel_and_for_three(
    admin_client, settings_url, workspace, channel
):
    admin_client.get(settings_url)  # a fresh session has its token to keep
    counts = []
    for more in (0, 2):
        for _ in range(more):
            make_channel(workspace)
        with CaptureQueriesContext(connection) as queries:
            response = admin_client.get(settings_url)
        counts.append((response.content.count(b'<tr class="channel">'), len(queries)))

    assert counts == [(1, 15), (3, 15)]


def test_no_channel_yet_says_what_to_do(admin_client, settings_url):
    response = admin_client.get(settings_url)

    assert b"No conversation can come in yet" in response.content


def test_connecting_a_website_shows_its_line_of_code(admin_client, settings_url, saved, settings):
    settings.BASE_URL = "https://help.example"

    response = admin_client.post(f"{settings_url}new/", FORM, follow=True)

    (made,) = saved()
    assert response.redirect_chain == [(f"{settings_url}{made.pk}/", 302)]
    assert made.config == {
        "origins": ["https://shop.example", "http://localhost:3000"],
        "texts": {"en": {"greeting": "Hello."}},
        "colour": "#7a2ba3",
        "identity_required": True,
    }
    assert made.enabled
    assert text_of(response, "snippet") == (
        f'<script async src="https://help.example/widget.js" data-channel="{made.key}"'
        ' data-colour="#7a2ba3"></script>'
    )


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Give the channel a name."),
        ({"origins": ""}, "Name at least one site, such as https://example.com."),
        ({"origins": "javascript:alert(1)"}, "“javascript:alert(1)” is not the address of a site."),
        ({"origins": "\n".join(f"{n}.example" for n in range(21))}, "At most 20 sites."),
        ({"colour": "red"}, "A colour looks like #1c5a8c."),
        ({"text_en_greeting": "x" * 201}, "at most 200 characters"),
        ({"text_en_topics": "\n".join("abcdefghi")}, "At most 8 choices."),
        ({"offset_x": "201"}, "less than or equal to 200"),
        ({"privacy_url": "javascript:alert(1)"}, "Enter a valid URL."),
    ],
)
def test_a_form_that_misses_something_connects_nothing(
    admin_client, settings_url, saved, typed, sentence
):
    response = admin_client.post(f"{settings_url}new/", FORM | typed)

    text = response.content.decode()
    (name,) = typed
    control = re.search(rf'<(?:input|textarea)[^>]* name="{name}"[^>]*>', text)[0]
    assert response.status_code == 422
    assert sentence in text
    assert 'aria-invalid="true"' in control
    assert f'aria-describedby="id_{name}-error"' in control
    assert saved() == []


def test_two_channels_of_a_name_are_refused(admin_client, settings_url, channel, saved):
    response = admin_client.post(f"{settings_url}new/", FORM | {"name": channel.name})

    assert b"Another channel has this name." in response.content
    assert saved() == [channel]


def test_changing_a_channel_keeps_its_key_and_secret(admin_client, settings_url, channel, saved):
    typed = FORM | {"name": channel.name, "colour": ""}
    response = admin_client.post(f"{settings_url}{channel.pk}/", typed)

    (changed,) = saved()
    assert response["Location"] == f"{settings_url}{channel.pk}/"
    assert changed.config["texts"] == {"en": {"greeting": "Hello."}}
    assert not changed.enabled  # its switch was not sent
    assert (changed.key, changed.secrets) == (channel.key, channel.secrets)


def test_a_channel_of_our_own_page_needs_no_site(admin_client, settings_url, channel, saved):
    change(channel, key="demo")

    page = admin_client.get(f"{settings_url}{channel.pk}/")
    typed = FORM | {"origins": "", "enabled": "on"}
    response = admin_client.post(f"{settings_url}{channel.pk}/", typed)

    assert b'<a class="link" href="/demo/">' in page.content
    assert response.status_code == 302
    assert "origins" not in saved()[0].config


def test_what_an_admin_types_is_shown_as_typed(admin_client, settings_url, workspace):
    nasty = '"><img src=x onerror=alert(1)>'
    channel = make_channel(workspace, greeting=nasty, origins=[nasty])
    change(channel, name=nasty)

    for path in ("", f"{channel.pk}/"):
        text = admin_client.get(settings_url + path).content.decode()
        assert "<img" not in text
        assert not re.search(r'style="[^"]*img', text)


def test_a_channel_page_tells_how_to_vouch_for_customers(
    admin_client, settings_url, channel, monkeypatch
):
    page = admin_client.get(f"{settings_url}{channel.pk}/")
    secret = text_of(page, "secret")
    monkeypatch.setitem(os.environ, "CHAT_IDENTITY_SECRET", secret)

    example: dict[str, Any] = {}
    exec(text_of(page, "example"), example)
    ada = SimpleNamespace(id=42, name="Ada Lovelace", email="ada@shop.example")
    response = admin_client.post(
        f"/widget/{channel.key}/identity/",
        {"identity": example["chat_identity"](ada)},
        "application/json",
        headers={"Authorization": f"Visitor {new_token()}"},
    )

    before_secret = page.content.decode().split(secret)[0]
    assert before_secret.count("<details") == before_secret.count("</details>") + 1
    assert b"<details open" not in page.content
    assert (response.status_code, response.json()) == (200, {"name": "Ada Lovelace"})


@pytest.mark.parametrize("path", ["", "new/", "{pk}/"])
def test_settings_are_for_admins(operator_client, settings_url, channel, saved, path):
    url = settings_url + path.format(pk=channel.pk)

    codes = [operator_client.get(url).status_code, operator_client.post(url, FORM).status_code]

    assert codes in ([403, 403], [403, 405])
    assert [(one.pk, one.name, one.config) for one in saved()] == [
        (channel.pk, channel.name, channel.config)
    ]


@pytest.mark.parametrize("path", ["", "new/", "{pk}/"])
def test_settings_of_others_do_not_exist(client, stranger, channel, saved, path):
    url = f"/{channel.workspace.slug}/settings/channels/{path.format(pk=channel.pk)}"
    asked_to_sign_in = client.get(url)
    client.force_login(stranger.user)

    codes = [client.get(url).status_code, client.post(url, FORM).status_code]

    assert asked_to_sign_in["Location"] == f"/accounts/login/?next={url}"
    assert codes == [404, 404]
    assert [(one.pk, one.name, one.config) for one in saved()] == [
        (channel.pk, channel.name, channel.config)
    ]


def test_a_channel_of_another_workspace_does_not_exist(admin_client, settings_url, elsewhere):
    foreign = make_channel(elsewhere)

    codes = [
        admin_client.get(f"{settings_url}{foreign.pk}/").status_code,
        admin_client.post(f"{settings_url}{foreign.pk}/", FORM).status_code,
    ]

    assert codes == [404, 404]
    with scope(elsewhere):
        assert Channel.objects.get().name == foreign.name


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://shop.example", "https://shop.example"),
        ("Shop.Example/path?x=1#y", "https://shop.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://shop.example:443", "https://shop.example"),
        ("http://shop.example:80/", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://user:password@shop.example", "https://shop.example"),
        ("https://münchen.example", "https://xn--mnchen-3ya.example"),
        ("http://[::1]:3000", "http://[::1]:3000"),
    ],
)
def test_a_site_is_reduced_to_its_origin(typed, origin):
    assert origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "*",
        "https://*.shop.example",
        "https://",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://shop.example",
        "https://shop.example:port",
        "https://shop example",
        "https://shop.example; script-src *",
        "http://[::1",
        "https://-.example-",
        f"https://{'x' * 64}.example",
    ],
)
def test_what_is_no_site_is_refused(typed):
    with pytest.raises(ValidationError, match="is not the address of a site"):
        origin_of(typed)
