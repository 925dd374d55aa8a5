"""Articles are written, published and brought back; two who write at once lose nothing."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.permissions import NotAllowed
from accounts.tenancy import scope
from knowledgebase.actions.articles import (
    BadArticle,
    add_translation,
    change_article,
    create_article,
    publish_translation,
    restore_version,
    save_translation,
    unpublish_translation,
)
from knowledgebase.actions.help_center import NotEmpty, delete_collection, name_collection
from knowledgebase.changes import changes
from knowledgebase.enums import Audience
from knowledgebase.markup import clean, html_of, outlined, text_of
from knowledgebase.models import ArticleTranslation
from tests import factories


@pytest.fixture
def shelf(admin):
    with scope(admin.workspace):
        return name_collection(None, language="en", name="Orders", actor=admin)


@pytest.fixture
def article(admin, shelf):
    with scope(admin.workspace):
        facts = {"title": "Returns", "html": "<p>First</p>", "collection": shelf}
        return create_article(language="en", actor=admin, **facts)


def save(article, actor, words, *, seen):
    return save_translation(
        article, title="Returns", html=f"<p>{words}</p>", seen=seen, actor=actor
    )


def kept(article):
    return [(one.number, one.kind, one.text) for one in article.versions.order_by("number")]


def test_readers_see_what_was_published_until_the_next_time(article, admin):
    with scope(admin.workspace):
        publish_translation(article, actor=admin)
        standing = save(article, admin, "Second", seen=0).translation

        standing.refresh_from_db()
        assert (standing.live_text, standing.text, standing.has_changes) == (
            "First",
            "Second",
            True,
        )
        publish_translation(standing, actor=admin)
        standing.refresh_from_db()
        assert (standing.live_text, standing.has_changes) == ("Second", False)
        unpublish_translation(standing, actor=admin)
        assert not ArticleTranslation.objects.live().exists()


def test_of_two_who_write_at_once_both_texts_are_kept(article, admin, workspace):
    marta, noor = admin, factories.make_membership(workspace, "admin", name="Noor Aziz")
    with scope(workspace):
        first = save(article, marta, "Marta's", seen=0)
        second = save(article, noor, "Noor's", seen=0)

        assert first.kept is None
        assert (second.translation.text, second.kept.text) == ("Marta's", "Noor's")
        again = save(article, noor, "Noor's", seen=second.translation.version)
        assert (again.kept, again.translation.text) == (None, "Noor's")
        assert kept(article) == [
            (1, "saved", "First"),
            (2, "conflict", "Noor's"),
            (3, "saved", "Marta's"),
        ]


def test_who_saves_the_same_words_twice_is_in_nobodys_way(article, admin):
    with scope(admin.workspace):
        save(article, admin, "Same", seen=0)

        assert save(article, admin, "Same", seen=0).kept is None


def test_who_writes_on_leaves_a_version_behind_every_ten_minutes(article, admin):
    now = timezone.now()
    with scope(admin.workspace):
        for minute, words in enumerate(("One", "Two", "Three")):
            with time_machine.travel(now + timedelta(minutes=6 * minute), tick=False):
                save(article, admin, words, seen=minute)

        assert kept(article) == [(1, "saved", "First"), (2, "saved", "Two")]


def test_an_older_version_comes_back_and_the_newer_one_is_kept(article, admin):
    with scope(admin.workspace):
        publish_translation(article, actor=admin)
        standing = save(article, admin, "Second", seen=0).translation
        restored = restore_version(standing.versions.get(number=1), actor=admin)

        assert (restored.text, restored.version, restored.live_text) == ("First", 2, "First")
        assert kept(article)[-1] == (2, "restored", "Second")


def test_operators_read_and_do_not_write(article, operator):
    with scope(operator.workspace):
        for attempt in (
            lambda: save(article, operator, "Mine", seen=0),
            lambda: publish_translation(article, actor=operator),
            lambda: unpublish_translation(article, actor=operator),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        article.refresh_from_db()
        assert article.text == "First"


def test_who_reads_what(article, shelf, admin, operator, workspace):
    team = factories.make_team(workspace)
    member = factories.make_membership(workspace, teams=[team])
    live = ArticleTranslation.objects

    def readers():
        people = {"operator": operator, "member": member, "admin": admin}
        found = {name for name, one in people.items() if live.readable_by(one).exists()}
        return found | ({"public"} if live.public().exists() else set())

    with scope(workspace):

        def change(audience, *, team=None, is_archived=False):
            facts = {"audience": audience, "team": team, "is_archived": is_archived}
            change_article(article.article, collection=shelf, actor=admin, **facts)

        assert readers() == set()
        publish_translation(article, actor=admin)
        assert readers() == {"operator", "member", "admin"}
        change(Audience.TEAM, team=team)
        assert readers() == {"member", "admin"}
        change(Audience.PUBLIC)
        assert readers() == {"operator", "member", "admin", "public"}
        change(Audience.PUBLIC, is_archived=True)
        assert readers() == set()
        with pytest.raises(BadArticle):
            change(Audience.TEAM)
        with pytest.raises(NotEmpty):
            delete_collection(shelf, actor=admin)


def test_an_empty_article_is_not_published(article, admin):
    with scope(admin.workspace):
        empty = add_translation(article.article, language="ru", title="Возврат", actor=admin)

        with pytest.raises(BadArticle):
            publish_translation(empty, actor=admin)


def test_a_conflict_is_told_and_kept_through_the_page(client, article, admin):
    client.force_login(admin.user)
    url = f"/{admin.workspace.slug}/knowledge/{article.article_id}/en/"
    script = {"headers": {"HX-Request": "true"}}

    first = client.post(url, {"title": "Returns", "html": "<h2>A</h2>", "seen": 0}, **script)
    second = client.post(url, {"title": "Returns", "html": "<h2>B</h2>", "seen": 0}, **script)
    plain = client.post(url, {"title": "Returns", "text": "C", "seen": 0})

    assert first.json() == {"version": 1, "changed": True}
    told = {"version": 1, "changed": True, "conflict": 2, "who": "Marta Silva"}
    assert second.json() == told
    assert "yours is kept as version 3" in plain.content.decode()
    with scope(admin.workspace):
        assert [text for *_, text in kept(article)] == ["First", "B", "C"]


EVIL = {
    '<p onclick="x()">A</p><script>x()</script>': "<p>A</p>",
    '<a href="JaVaScRiPt:x()">A</a>': '<a rel="noopener noreferrer">A</a>',
    '<a href="java&#9;script:x()">A</a>': '<a rel="noopener noreferrer">A</a>',
    '<a href="data:text/html,x">A</a>': '<a rel="noopener noreferrer">A</a>',
    '<svg><a href="javascript:x()">A</a></svg>B': "B",
    '<img src="x" onerror="x()">A': "A",
    '<p style="position:fixed">A</p>': "<p>A</p>",
    "<math><mtext><style><img src=x onerror=x()></style></mtext></math>A": "A",
    "<iframe src=//evil></iframe>A<!-- b -->": "A",
    '<h2 id="q">A</h2>': "<h2>A</h2>",
}


@pytest.mark.parametrize(("evil", "clean_html"), EVIL.items(), ids=str)
def test_pasted_html_keeps_formats_and_nothing_that_acts(evil, clean_html):
    assert clean(evil) == clean_html


def test_deep_and_long_html_is_cleaned_in_time():
    assert len(clean("<ul><li>" * 10_000)) < 400_000
    assert text_of(clean("<blockquote>" * 5000 + "deep")) == "deep"


def test_text_and_headings_of_html():
    html = "<h2>A &amp; B</h2><p>One<br>two</p><h3><em>A &amp; B</em></h3><ul><li>x</li></ul>"

    assert text_of(html) == "A & B\nOne\ntwo\nA & B\nx"
    shown, headings = outlined(html)
    assert headings == [("h2", "s-a-b-1", "A & B"), ("h3", "s-a-b-2", "A & B")]
    assert '<h3 id="s-a-b-2"><em>A &amp; B</em></h3>' in shown
    assert html_of("a <b>\n\nc\nd") == "<p>a &lt;b&gt;</p><p>c<br>d</p>"


def test_changes_are_told_word_by_word():
    found = changes("leave it two hours", "leave it four hours, or overnight")

    told = [(one.kind, one.text) for one in found]
    assert told == [
        ("same", "leave it "),
        ("del", "two"),
        ("ins", "four"),
        ("same", " hours"),
        ("ins", ", or overnight"),
    ]


@pytest.mark.parametrize(
    "said",
    [{"title": " "}, {"seen": "-1"}, {"seen": "9" * 30}, {"title": "x" * 201}, {"seen": "²"}],
    ids=str,
)
def test_bad_input_is_told_in_words(client, admin, article, said):
    client.force_login(admin.user)
    url = f"/{admin.workspace.slug}/knowledge/{article.article_id}/en/"

    answer = client.post(url, {"title": "A", "html": "<p>B</p>", "seen": 0} | said)

    assert answer.status_code == 422
