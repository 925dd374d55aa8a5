"""What a visitor may read in the chat: public, in their language, at no great cost."""

import pytest
from django.test import Client

from accounts.tenancy import scope
from knowledgebase.actions.articles import add_translation, publish_translation
from knowledgebase.actions.help_center import change_help_center
from knowledgebase.enums import Audience
from knowledgebase.models import ArticleVote
from tests import factories
from tests.knowledge.test_search import publish
from tests.support.visitors import Visitor


@pytest.fixture
def visitor(channel, admin):
    with scope(admin.workspace):
        change_help_center(is_open=True, default_language="en", actor=admin)
    return Visitor(channel)


def titles(visitor, question="", **headers):
    answer = visitor.ask("GET", f"articles/?q={question}", **headers).json()
    return [one["title"] for one in answer["articles"]]


def panel_of(channel, **headers):
    return Client().get(f"/widget/{channel.key}/", headers=headers).content.decode()


def test_strangers_find_and_read_what_is_public_and_live(visitor, admin, elsewhere, channel):
    shown = publish(admin, "Returns", "<h2>How</h2><p>Send <b>it</b> back.</p>")
    inner = publish(admin, "Returns inside", "<p>send</p>", audience=Audience.INTERNAL)
    other = publish(factories.make_membership(elsewhere, "admin"), "Returns there", "<p>send</p>")

    assert titles(visitor) == titles(visitor, "send") == ["Returns"]
    panel = panel_of(channel)
    assert ("Returns<" in panel, "Returns inside" in panel, "there" in panel) == (
        True,
        False,
        False,
    )
    assert visitor.ask("GET", f"articles/{shown.article_id}/").json() == {
        "id": shown.article_id,
        "title": "Returns",
        "html": "<h2>How</h2><p>Send <b>it</b> back.</p>",
        "collection": "Shelf",
        "language": "en",
        "minutes": 1,
        "path": f"/help/{admin.workspace.slug}/en/articles/{shown.article_id}-returns/",
        "helpful": None,
    }
    for hidden in (inner.article_id, other.article_id, 0, 2**70):
        for method, door in (("GET", f"articles/{hidden}/"), ("POST", f"articles/{hidden}/vote/")):
            answer = visitor.ask(method, door, {"helpful": True} if method == "POST" else None)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_closed_help_centre_offers_nothing(visitor, admin, channel):
    shown = publish(admin, "Returns")
    with scope(admin.workspace):
        change_help_center(is_open=False, default_language="en", actor=admin)

    assert visitor.ask("GET", "articles/").status_code == 404
    assert visitor.ask("GET", f"articles/{shown.article_id}/").status_code == 404
    assert 'data-help=""' in panel_of(channel)
    assert "Search the help articles" not in panel_of(channel)


def test_an_open_one_with_nothing_in_it_is_not_shown(visitor, channel):
    assert 'data-help=""' in panel_of(channel)


def test_articles_come_in_the_visitors_language_or_the_default_one(visitor, admin, channel):
    one = publish(admin, "Returns", "<p>Trail</p>")
    with scope(admin.workspace):
        facts = {"title": "Возврат", "html": "<p>Trail</p>", "actor": admin}
        publish_translation(add_translation(one.article, language="ru", **facts), actor=admin)

    said = {"Accept-Language": "fr-FR, ru;q=0.8, en;q=0.5"}
    assert titles(visitor, "trail", **said) == titles(visitor, **said) == ["Возврат"]
    assert titles(visitor, "trail&language=en-GB", **said) == ["Returns"]
    assert titles(visitor, "trail", **{"Accept-Language": "zh"}) == ["Returns"]
    assert "Возврат" in panel_of(channel, **said)
    read = visitor.ask("GET", f"articles/{one.article_id}/?language=ru").json()
    assert (read["title"], read["language"]) == ("Возврат", "ru")


def test_a_visitors_last_word_on_an_article_stands(visitor, admin, channel):
    one = publish(admin, "Returns")

    def vote(who, **body):
        return who.ask("POST", f"articles/{one.article_id}/vote/", body).status_code

    assert [vote(visitor, helpful=True), vote(visitor, helpful=False)] == [204, 204]
    assert vote(Visitor(channel), helpful=True) == 204
    assert [vote(visitor), vote(visitor, helpful="perhaps"), vote(visitor, helpful=[])] == [400] * 3
    assert visitor.ask("GET", f"articles/{one.article_id}/").json()["helpful"] is False
    with scope(admin.workspace):
        kept = ArticleVote.objects.order_by("pk")
        assert list(kept.values_list("is_helpful", flat=True)) == [False, True]
        assert visitor.token not in kept[0].browser


def test_a_place_asks_so_many_questions(visitor, admin, channel):
    publish(admin, "Returns")

    asked = [Visitor(channel) for _ in range(3)]
    answers = [who.ask("GET", "articles/?q=x") for who in asked for _ in range(41)]

    assert [one.status_code for one in answers] == [200] * 120 + [429] * 3
    assert answers[-1].json()["code"] == "too_many"
    assert "Retry-After" in answers[-1].headers


@pytest.mark.parametrize(
    "tail", ["?q=%00", "?q=" + "x" * 3000, "?language=%00", "?language=../..", "?q=' OR 1=1 --"]
)
def test_strange_questions_are_answered(visitor, admin, tail):
    publish(admin, "Returns")
    assert visitor.ask("GET", f"articles/{tail}").status_code == 200


def test_reading_costs_the_same_for_one_article_and_for_three(
    visitor, admin, channel, django_assert_num_queries
):
    one = publish(admin, "Returns")
    for _ in range(2):
        # the channel's workspace; BEGIN; workspace and setting, channel, session; help centre, languages; the
        # door, what of it may be read, articles; COMMIT
        with django_assert_num_queries(11):
            visitor.ask("GET", "articles/?q=return")
        # …; insertions and votes of a month, newest, articles
        with django_assert_num_queries(12):
            visitor.ask("GET", "articles/")
        with django_assert_num_queries(10):
            visitor.ask("GET", f"articles/{one.article_id}/")
        with django_assert_num_queries(11):
            panel_of(channel)
        publish(admin, "Returns again")
        publish(admin, "Returns once more")
