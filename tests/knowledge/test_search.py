"""One search for three languages, which finds only what the asking person may read."""

import pytest
from django.db import connection

from accounts.tenancy import scope
from knowledgebase import search
from knowledgebase.actions.articles import create_article, publish_translation
from knowledgebase.actions.help_center import name_collection
from knowledgebase.enums import Audience
from knowledgebase.models import ArticleTranslation
from knowledgebase.search import find, grams_of, snippet, words_of
from tests import factories


def publish(admin, title, html="<p>Text</p>", language="en", audience=Audience.PUBLIC):
    with scope(admin.workspace):
        shelf = name_collection(None, language="en", name="Shelf", actor=admin)
        facts = {"title": title, "html": html, "language": language, "audience": audience}
        one = create_article(collection=shelf, actor=admin, **facts)
        publish_translation(one, actor=admin)
        return one


def found(workspace, question, language="en", among=None):
    with scope(workspace):
        rows = ArticleTranslation.objects.public() if among is None else among()
        hits = find(question, rows, language=language, otherwise="en")
        return [hit.translation.live_title for hit in hits]


@pytest.fixture
def written(admin):
    publish(admin, "Charging in the cold", "<p>The batteries do not charge below zero.</p>")
    publish(admin, "Зарядка на морозе", "<p>Аккумуляторы не заряжаются ниже нуля.</p>", "ru")
    publish(admin, "冬季充电", "<p>电池在零度以下无法充电。</p>", "zh")
    publish(admin, "Batterie laden", "<p>Unter null Grad lädt sie nicht.</p>", "de")
    return admin.workspace


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("battery", ["Charging in the cold"]),
        ("CHARGED batteries", ["Charging in the cold"]),
        ("batt", ["Batterie laden", "Charging in the cold"]),
        ("аккумулятор", ["Зарядка на морозе"]),
        ("заряжается мороз", ["Зарядка на морозе"]),
        ("电池", ["冬季充电"]),
        ("冬季电池", ["冬季充电"]),
        ("充", ["冬季充电"]),
        ("laden", ["Batterie laden"]),
        ("the", []),
        ("zeppelin", []),
        ("cold zeppelin", ["Charging in the cold"]),  # nothing says both
        ("", []),
        ("' & | ! :* <-> ( \\", []),
        ("don't charge-it's", ["Charging in the cold"]),
        ("\x00charge", ["Charging in the cold"]),
        ("x" * 5000, []),
    ],
    ids=lambda one: str(one)[:20] if isinstance(one, str) else "",
)
def test_articles_are_found_in_their_language(written, question, titles):
    assert sorted(found(written, question)) == titles


def test_a_title_says_more_than_a_text(admin):
    publish(admin, "Orders", "<p>All about delivery</p>")
    publish(admin, "Delivery", "<p>All about orders and parcels</p>")

    assert found(admin.workspace, "delivery") == ["Delivery", "Orders"]


def test_drafts_other_audiences_and_other_workspaces_are_not_found(admin, operator, elsewhere):
    publish(admin, "Internal battery", audience=Audience.INTERNAL)
    draft = publish(admin, "Draft battery")
    with scope(admin.workspace):
        ArticleTranslation.objects.filter(pk=draft.pk).update(live_at=None)
    theirs = factories.make_membership(elsewhere, "admin")
    publish(theirs, "Foreign battery")

    assert found(admin.workspace, "battery") == []
    mine = found(
        admin.workspace, "battery", among=lambda: ArticleTranslation.objects.readable_by(operator)
    )
    assert mine == ["Internal battery"]
    assert found(elsewhere, "battery") == ["Foreign battery"]


def test_what_is_no_longer_live_is_found_no_more_and_changes_only_once_live(admin):
    one = publish(admin, "Battery")
    with scope(admin.workspace):
        ArticleTranslation.objects.filter(pk=one.pk).update(title="Zeppelin", text="Zeppelin")

    assert found(admin.workspace, "zeppelin") == []
    assert found(admin.workspace, "battery") == ["Battery"]


def test_signs_without_spaces_are_spelt_as_pairs():
    assert grams_of("a 电池 b 电") == "g7535 g6c60 g75356c60"
    assert words_of("电池 Battery") == (["battery"], ["g75356c60"])


def test_a_huge_article_is_kept_and_found(admin):
    words = " ".join(f"word{n}x{n * 7919}" for n in range(20_000))
    signs = "".join(chr(0x4E00 + n % 20_000) for n in range(60_000))
    publish(admin, "Huge", f"<p>{words[:150_000]}</p><p>{signs}</p>", "zh")

    assert found(admin.workspace, "huge") == ["Huge"]


MANY = """
    WITH articles AS (
        INSERT INTO knowledgebase_article (workspace_id, collection_id, audience, created_at)
        SELECT %s, %s, 'public', now() FROM generate_series(1, 600) RETURNING workspace_id, id
    )
    INSERT INTO knowledgebase_articletranslation (workspace_id, article_id, language, title, html,
        text, version, changed_at, live_title, live_html, live_text, live_at, grams)
    SELECT workspace_id, id, 'en', 'Hay', '', '', 0, now(), 'Hay', '', 'Some hay', now(), ''
    FROM articles
"""


def test_of_very_many_the_nearest_are_found_and_no_more_is_read(admin, django_assert_num_queries):
    needle = publish(admin, "Needle in the hay", "<p>Hay, hay, hay: and a needle.</p>")
    with scope(admin.workspace):
        with connection.cursor() as cursor:
            cursor.execute(MANY, [admin.workspace_id, needle.article.collection_id])
        public = ArticleTranslation.objects.public()
        how = {"language": "en", "otherwise": "en", "most": 5}
        with django_assert_num_queries(3):  # the door, what of it may be read, five of it
            assert len(find("hay", public, **how)) == 5
        assert [hit.translation.pk for hit in find("hay needle", public, **how)] == [needle.pk]


def test_a_snippet_ends_with_a_word():
    said = snippet("word " * 100, ["word"], "word")
    assert "".join(part for part, _is_asked in said).endswith(" word…")
    assert snippet("x" * 500, [], "") == [("x" * 160 + "…", False)]


def test_a_snippet_marks_what_was_asked():
    text = "Long before. " * 20 + "The pack blinks red three times." + " And after" * 30

    parts = snippet(text, ["blink", "red"], "blink red")

    assert [said for said, is_asked in parts if is_asked] == ["blinks", "red"]
    assert (parts[0][0], parts[-1][0][-1]) == ("…", "…")


def test_of_what_very_many_say_titles_and_rare_words_are_not_lost(admin):
    first = publish(admin, "Straw")
    with scope(admin.workspace), connection.cursor() as cursor:
        of_text = MANY.replace("'Hay'", "'Straw'")
        cursor.execute(of_text, [admin.workspace_id, first.article.collection_id])
    publish(admin, "Hay at last", "<p>Nothing more.</p>")
    publish(admin, "Quokkas", "<p>Where they live.</p>")

    assert found(admin.workspace, "hay")[0] == "Hay at last"
    assert {"Quokkas", "Hay at last"} < {*found(admin.workspace, "hay quokka zeppelin")}


def test_what_is_looked_at_first_changes_nothing_of_what_is_found(admin, monkeypatch):
    for n in range(4):
        publish(admin, f"Battery {n}", audience=Audience.INTERNAL)
        publish(admin, f"Battery {n} battery", "<p>Battery</p>", audience=Audience.INTERNAL)
    for n in range(3):
        publish(admin, f"Cellar {n}", "<p>A battery lies there.</p>")
        publish(admin, f"Attic {n}", "<p>A battery stands there.</p>")
    with scope(admin.workspace):
        # The first of those that are equally near, and the last of them that was written.
        cellar = ArticleTranslation.objects.get(title="Cellar 0")
        ArticleTranslation.objects.filter(pk=cellar.pk).delete()
        cellar.pk = None
        cellar.save(force_insert=True)
        readers = ArticleTranslation.objects.public(), ArticleTranslation.objects.live()
        how = {"language": "en", "otherwise": "en"}
        found_by = {}
        for front in (1, 2, 9, 1000):
            monkeypatch.setattr(search, "FRONT", front)
            found_by[front] = [
                [hit.translation.pk for hit in find("battery", among, most=most, **how)]
                for among in readers
                for most in (1, 3, 9, 20)
            ]

    assert [len(one) for one in found_by[1]] == [1, 3, 6, 6, 1, 3, 9, 14]
    assert all(one == found_by[1000] for one in found_by.values())
