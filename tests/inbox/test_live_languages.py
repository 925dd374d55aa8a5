"""Screens in several languages: each hears a change in its own, and no other is rendered."""

import pytest
from django.template import loader

from accounts import courier
from accounts.tenancy import scope
from inbox import languages, live
from inbox.actions.messaging import add_note
from tests.support.doing import act, make
from tests.support.sockets import Tab


@pytest.fixture
def drawings(monkeypatch):
    """List every template that a push renders."""
    drawn = []

    def render(name, *args, **kwargs):
        drawn.append(name)
        return loader.render_to_string(name, *args, **kwargs)

    monkeypatch.setattr(live, "render_to_string", render)
    courier.flush()  # what the conversation's opening has asked Redis is not to be heard later
    return drawn


ONCE = ["inbox/_row.html", "inbox/_entries.html", "inbox/_head.html"]


async def note(workspace, conversation, operator):
    await act(workspace, add_note, conversation, text="Careful", actor=operator)


async def hear(tab):
    return await tab.hear("row"), await tab.hear("conversation")


async def test_two_tabs_hear_the_same_change_each_in_its_language(
    workspace, operator, admin, conversation, drawings
):
    async with Tab(workspace, operator) as english, Tab(workspace, admin, language="ru") as russian:
        for tab in (english, russian):
            await tab.watch(view="open", conversation=conversation.number)
        drawings.clear()

        await note(workspace, conversation, operator)

        (row, entries), (row_ru, entries_ru) = await hear(english), await hear(russian)
        assert ("Unassigned" in row["html"], "Не назначен" in row_ru["html"]) == (True, True)
        assert "Internal note" in entries["entries"]
        assert "Внутренняя заметка" in entries_ru["entries"]
        assert "Не назначен" in entries_ru["head"]
        assert "Unassigned" not in row_ru["html"] + entries_ru["entries"] + entries_ru["head"]
        assert (row["seq"], entries["seq"]) == (row_ru["seq"], entries_ru["seq"])
        assert sorted(drawings) == sorted(ONCE * 2)


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_one_language_is_rendered_once_however_many_screens_use_it(
    workspace, operator, admin, conversation, drawings, language
):
    async with (
        Tab(workspace, operator, language=language) as one,
        Tab(workspace, admin, language=language) as other,
    ):
        for tab in (one, other):
            await tab.watch(view="open", conversation=conversation.number)

        await note(workspace, conversation, operator)

        assert await hear(one) == await hear(other)
        assert drawings == ONCE


async def test_nobody_here_means_no_rendering(workspace, operator, conversation, drawings):
    async with Tab(workspace, operator, language="ru"):
        pass
    languages._read[workspace.pk] = (languages.time.monotonic(), frozenset())

    await note(workspace, conversation, operator)

    assert drawings == []


async def test_that_nobody_is_here_is_soon_no_longer_believed(workspace):
    old = languages.time.monotonic() - languages.FRESH - 1
    languages._read[workspace.pk] = (old, frozenset())

    assert await make(languages.in_use, workspace.pk) == ["en", "ru"]


async def test_a_process_that_knows_nothing_renders_every_language(
    workspace, operator, conversation, drawings
):
    languages._read.clear()

    await note(workspace, conversation, operator)

    assert sorted(drawings) == sorted(ONCE * len(languages.LANGUAGES))
    courier.flush()
    assert languages._read[workspace.pk][1] == frozenset()


@pytest.mark.parametrize("known", [{"en"}, set()], ids=["another", "none"])
async def test_a_screen_whose_language_was_not_known_yet_is_told_to_fetch(
    workspace, operator, conversation, known
):
    async with Tab(workspace, operator, language="ru") as tab:
        await tab.watch(view="open", conversation=conversation.number)
        # As in a worker that looked before this screen came.
        languages._read[workspace.pk] = (languages.time.monotonic(), frozenset(known))

        await note(workspace, conversation, operator)

        assert [(await tab.hear())["kind"] for _ in range(2)] == ["resync", "resync"]


async def test_another_process_learns_of_a_language_without_waiting_for_redis(
    workspace, operator, conversation, monkeypatch
):
    async with Tab(workspace, operator, language="ru") as tab:
        await tab.watch(view="open")
        old = languages.time.monotonic() - languages.FRESH - 1
        languages._read[workspace.pk] = (old, frozenset({"en"}))
        assert await make(languages.in_use, workspace.pk) == ["en"]

        courier.flush()

        assert await make(languages.in_use, workspace.pk) == ["ru"]


async def test_what_was_known_is_not_believed_for_ever(workspace):
    old = languages.time.monotonic() - languages.STALE - 1
    languages._read[workspace.pk] = (old, frozenset({"ru"}))

    assert await make(languages.in_use, workspace.pk) == ["en", "ru"]


async def test_without_redis_rendering_goes_on(workspace, operator, conversation, redis):
    redis.stop()
    courier.flush()  # what was to be read anew before
    languages._read.clear()

    await note(workspace, conversation, operator)

    assert await make(languages.in_use, workspace.pk) == ["en", "ru"]


@pytest.mark.parametrize("said", ["tlh", "", "ru%00", "../ru", "RU"])
async def test_a_language_that_is_none_is_the_codes_own(workspace, operator, conversation, said):
    async with Tab(workspace, operator, language=said) as tab:
        await tab.watch(view="open")

        await note(workspace, conversation, operator)

        assert "Unassigned" in (await tab.hear("row"))["html"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_languages_cost_no_queries(
    workspace, conversation, operator, language, django_assert_num_queries
):
    languages._read[workspace.pk] = (languages.time.monotonic(), frozenset({"en", language}))

    # BEGIN, setting; the conversation locked and read, its tags, three writes and the note; COMMIT
    with django_assert_num_queries(11), scope(workspace):
        add_note(conversation, text="Careful", actor=operator)


async def test_the_page_says_its_language_to_the_socket(client, workspace, operator):
    def page():
        operator.user.language = "ru"
        operator.user.save(update_fields=["language"])
        client.force_login(operator.user)
        return client.get(f"/{workspace.slug}/inbox/").content.decode()

    assert '<html lang="ru">' in await make(page)
