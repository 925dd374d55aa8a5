"""A person's own keys: what may be had, what is refused, and where they are written."""

import pytest

from accounts.keys import SHORTCUTS, check, shortcuts_of
from accounts.models import User

KEYS = "/accounts/profile/keys/"


def keys_of(member):
    return User.objects.get(pk=member.user_id).keys


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("screen.close", "w"),
        ("screen.close", "shift+e"),
        ("screen.close", "mod+shift+e"),
        ("screen.close", "+"),
        ("screen.next", "7"),
        ("screen.go-mine", "g 1"),
        ("composer.send", "mod+enter"),
    ],
)
def test_keys_are_kept(operator_client, operator, name, keys):
    response = operator_client.post(KEYS, {"name": name, "keys": keys})

    assert response.status_code == 302
    usual = next(one.keys for one in SHORTCUTS if one.name == name)
    assert keys_of(operator) == ({} if keys == usual else {name: keys})


@pytest.mark.parametrize(
    ("name", "keys", "sentence"),
    [
        ("screen.close", "h", "Snooze or wake"),
        ("screen.close", "g", "Mine"),
        ("screen.go-mine", "g u", "Unassigned"),
        ("screen.go-mine", "m", "These keys cannot be used here"),
        ("screen.close", "mod+w", "The browser keeps these keys"),
        ("screen.close", "enter", "The browser keeps these keys"),
        ("screen.close", "tab", "These keys cannot be used here"),
        ("screen.close", "", "These keys cannot be used here"),
        ("screen.close", "ё", "These keys cannot be used here"),
        ("screen.close", "e\x00", "These keys cannot be used here"),
        ("screen.close", "e" * 10_000, "These keys cannot be used here"),
        ("composer.send", "s", "only together with Ctrl"),
    ],
)
def test_keys_are_refused_with_a_sentence(operator_client, operator, name, keys, sentence):
    response = operator_client.post(KEYS, {"name": name, "keys": keys})

    assert response.status_code == 422
    assert sentence in response.content.decode()
    assert keys_of(operator) == {}


@pytest.mark.parametrize("name", ["screen.open", "screen.explode", ""])
def test_what_is_no_shortcut_of_ones_own_is_refused(operator_client, operator, name):
    assert operator_client.post(KEYS, {"name": name, "keys": "w"}).status_code == 422
    assert keys_of(operator) == {}


def test_keys_that_were_given_up_are_free(operator_client, operator):
    operator_client.post(KEYS, {"name": "screen.snooze", "keys": "w"})
    operator_client.post(KEYS, {"name": "screen.close", "keys": "h"})

    assert keys_of(operator) == {"screen.snooze": "w", "screen.close": "h"}


def test_all_keys_are_brought_back(operator_client, operator):
    operator_client.post(KEYS, {"name": "screen.close", "keys": "w"})
    operator_client.post(f"{KEYS}letters/")
    assert not User.objects.get(pk=operator.user_id).letter_keys

    operator_client.post(KEYS, {"undo": "1"})

    user = User.objects.get(pk=operator.user_id)
    assert (user.keys, user.letter_keys) == ({}, True)


def test_letters_are_switched_on_again(operator_client, operator):
    operator_client.post(f"{KEYS}letters/")
    assert "Single letters do nothing" in operator_client.get(KEYS).content.decode()

    operator_client.post(f"{KEYS}letters/", {"on": "1"})

    assert User.objects.get(pk=operator.user_id).letter_keys


def test_the_screen_is_told_of_own_keys(operator_client, operator, conversation):
    operator_client.post(KEYS, {"name": "screen.close", "keys": "w"})

    page = operator_client.get(f"/{operator.workspace.slug}/inbox/").content.decode()

    assert 'data-shortcut="screen.close" data-keys="w"' in page
    assert 'data-shortcut="screen.snooze" data-keys="h"' in page


def test_the_ways_to_send_name_own_keys(operator_client, operator, conversation):
    operator_client.post(KEYS, {"name": "composer.close", "keys": "mod+shift+y"})

    page = operator_client.get(
        f"/{operator.workspace.slug}/inbox/{conversation.number}/", headers={"HX-Request": "true"}
    )

    menu = page.content.decode().partition('id="send-menu"')[2].partition("</send-menu>")[0]
    assert '<kbd class="kbd">Shift</kbd><kbd class="kbd">Y</kbd>' in menu
    assert menu.count('<kbd class="kbd">↵</kbd>') == 1


def test_no_two_shortcuts_of_the_table_clash(operator):
    for one in SHORTCUTS:
        if not one.is_fixed:
            check(operator.user, one.name, one.keys)
    assert len({one.name for one in SHORTCUTS}) == len(SHORTCUTS)


def test_keys_that_are_no_longer_in_the_table_do_no_harm(operator):
    operator.user.keys = {"screen.gone": "w"}

    assert shortcuts_of(operator.user) == SHORTCUTS
