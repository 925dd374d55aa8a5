"""Settings of a chat widget: how it looks, what it says and asks, and what is shown of it before it is saved."""

import json
import re
from html import unescape

import pytest

from accounts.models import Event
from accounts.tenancy import scope
from inbox.enums import EventKind
from inbox.forms.colours import contrast_with_white, readable
from inbox.models import Channel
from tests.factories import make_channel
from tests.inbox.test_channel_settings import FORM, text_of

FULL = FORM | {
    "side": "start",
    "offset_x": "40",
    "offset_y": "16",
    "sound": "on",
    "offline": "form",
    "privacy_url": "https://shop.example/privacy",
    "languages": ["en", "de"],
    "text_en_greeting": "Good day",
    "text_en_topics": "An order\nA repair",
    "text_de_greeting": "Guten Tag",
    "ask_name": "optional",
    "ask_topic": "required",
    "ask_phone": "off",
}


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin.user)
    return client


@pytest.fixture
def settings_url(workspace):
    return f"/{workspace.slug}/settings/channels/"


def panel_of(client, channel, languages):
    page = client.get(f"/widget/{channel.key}/", headers={"Accept-Language": languages})
    return page.content.decode()


def shown(page):
    return json.loads(unescape(re.search(r'data-preview="([^"]*)"', page)[1]))


def test_everything_that_is_said_is_kept_and_shown(admin_client, settings_url, workspace):
    admin_client.post(f"{settings_url}new/", FULL)

    with scope(workspace):
        channel = Channel.objects.get()
    assert channel.config == {
        "origins": ["https://shop.example", "http://localhost:3000"],
        "colour": "#7a2ba3",
        "side": "start",
        "offset_x": 40,
        "offset_y": 16,
        "sound": True,
        "offline": "form",
        "privacy_url": "https://shop.example/privacy",
        "languages": ["en", "de"],
        "texts": {
            "en": {"greeting": "Good day", "topics": "An order\nA repair"},
            "de": {"greeting": "Guten Tag"},
        },
        "asks": {"name": "optional", "topic": "required"},
        "identity_required": True,
    }
    page = admin_client.get(f"{settings_url}{channel.pk}/").content.decode()
    for text in ("Guten Tag", "An order\nA repair", 'value="40"', "https://shop.example/privacy"):
        assert text in page


@pytest.mark.parametrize(
    ("languages", "greeting", "lang"),
    [
        ("de-AT,en;q=0.5", "Guten Tag", "de"),
        ("fr,en;q=0.5", "Good day", "en"),
        ("fr", "Good day", "en"),
        ("", "Good day", "en"),
        ("x" * 5000, "Good day", "en"),
    ],
)
def test_visitors_read_their_own_language_or_the_first(
    client, workspace, languages, greeting, lang
):
    texts = {"en": {"greeting": "Good day"}, "de": {"greeting": "Guten Tag"}}
    channel = make_channel(workspace, languages=["en", "de"], texts=texts)

    page = panel_of(client, channel, languages)

    assert greeting in page
    assert f'<html lang="{lang}"' in page


def test_the_page_may_choose_the_language(client, workspace):
    channel = make_channel(workspace, languages=["en", "he"], texts={})

    page = client.get(f"/widget/{channel.key}/?language=he").content.decode()

    assert '<html lang="he" dir="rtl"' in page


def test_the_log_says_what_changed(admin_client, settings_url, workspace, channel):
    admin_client.post(
        f"{settings_url}{channel.pk}/", FULL | {"name": channel.name, "enabled": "on"}
    )

    with scope(workspace):
        event = Event.objects.get(kind=EventKind.CHANNEL_CHANGED)
    assert event.data["before"] == {"config": channel.config}
    assert event.data["after"]["config"]["side"] == "start"


def test_the_line_of_code_says_how_the_button_looks(admin_client, settings_url, channel):
    url = f"{settings_url}{channel.pk}/"
    nasty = '"><b>Ask & go'
    typed = FORM | {"languages": ["en", "de", "pl"], "text_en_launcher": nasty, "side": "start"}
    typed |= {"text_de_launcher": "Fragen", "offset_x": "0", "enabled": "on"}

    plain = text_of(admin_client.get(url), "snippet")
    changed = admin_client.post(url, typed, follow=True)
    again = admin_client.post(url, typed | {"text_en_greeting": "Good day"}, follow=True)

    line = text_of(changed, "snippet")
    assert plain.endswith(f' data-channel="{channel.key}"></script>')
    assert line.endswith(
        ' data-colour="#7a2ba3" data-side="start" data-x="0" data-label="&#34;&gt;&lt;b&gt;Ask &amp; go"'
        ' data-label-de="Fragen" data-label-pl=""></script>'
    )
    news = b"Paste the new line over the old one"
    assert (news in changed.content, news in again.content) == (True, False)
    assert changed.redirect_chain == [(f"{url}#install", 302)]
    assert text_of(again, "snippet") == line


def test_adding_and_removing_a_language_saves_nothing(
    admin_client, settings_url, workspace, channel
):
    url = f"{settings_url}{channel.pk}/"
    typed = FORM | {"languages": ["en", "de"], "text_en_greeting": "Unsaved", "name": ""}

    added = admin_client.post(url, typed | {"add": "1", "new_language": "ru"}).content.decode()
    dropped = admin_client.post(url, typed | {"drop": "de"}).content.decode()

    chosen = re.compile(r'name="languages" value="(\w+)"')
    assert chosen.findall(added) == ["en", "de", "ru"]
    assert chosen.findall(dropped) == ["en"]
    assert 'value="Unsaved"' in added
    assert "aria-invalid" not in added
    with scope(workspace):
        assert Channel.objects.get().config == channel.config


def test_a_language_we_do_not_know_is_left_out(admin_client, settings_url, workspace):
    admin_client.post(f"{settings_url}new/", FORM | {"languages": ['"><img', "en"]})

    with scope(workspace):
        assert Channel.objects.get().webchat.languages == ("en",)


@pytest.mark.parametrize("colour", ["#ffff00", "#ffffff", "#00ff00", "#7f7f7f", "#1c5a8c"])
def test_white_can_be_read_on_every_colour(colour):
    nudged = readable(colour)

    parts = (int(nudged[at : at + 2], 16) for at in (1, 3, 5))
    assert contrast_with_white(*parts) >= 4.5
    assert readable(nudged) == nudged


def test_a_readable_colour_stays_as_it_is():
    assert readable("#1c5a8c") == "#1c5a8c"


@pytest.mark.parametrize(
    ("state", "fields", "asks"),
    [
        ("hello", {}, {}),
        ("form", {}, {"name": "optional", "topic": "required"}),
        ("away", {}, {"name": "optional", "topic": "required", "email": "required"}),
        ("away", {"offline": "chat"}, {}),
        ("'><script>", {}, {}),
    ],
)
def test_the_preview_shows_the_form_as_it_stands(
    admin_client, settings_url, workspace, state, fields, asks
):
    page = admin_client.post(f"{settings_url}preview/", FULL | fields | {"state": state})

    text = page.content.decode()
    assert shown(text)["asks"] == asks
    assert shown(text)["state"] in {"hello", "form", "away"}
    assert "Good day" in text
    assert "frame-ancestors 'self' ;" not in page["Content-Security-Policy"]
    assert page["Content-Security-Policy"].strip().endswith("frame-ancestors 'self'")
    with scope(workspace):
        assert Channel.objects.count() == 0


def test_the_preview_leaves_out_what_makes_no_sense(admin_client, settings_url):
    nasty = '"><img src=x onerror=alert(1)>'
    typed = {"colour": nasty, "offset_x": nasty, "side": nasty, "text_en_greeting": nasty}

    page = admin_client.post(f"{settings_url}preview/", FULL | typed).content.decode()

    assert "<img" not in page
    assert 'style="--tenant: #1c5a8c"' in page


def test_the_preview_is_for_admins(operator_client, settings_url, client, stranger):
    assert operator_client.post(f"{settings_url}preview/", FULL).status_code == 403
    client.force_login(stranger.user)
    assert client.post(f"{settings_url}preview/", FULL).status_code == 404
