"""Articles over the API: what the token's person may read, and no more."""

import pytest

from accounts.tenancy import scope
from knowledgebase.actions.articles import add_translation, change_article, publish_translation
from knowledgebase.actions.help_center import change_help_center
from knowledgebase.enums import Audience
from tests import factories
from tests.knowledge.test_search import publish


def titles(answer):
    assert answer.status_code == 200, answer.content
    return [row["title"] for row in answer.json()["results"]]


@pytest.fixture
def written(admin, elsewhere):
    """One of each audience, one in two languages, one that is not live, one of another workspace."""
    public = publish(admin, "Returns", "<p>Send <b>it</b>.</p>")
    publish(admin, "Inner", "<p>send</p>", audience=Audience.INTERNAL)
    other = publish(admin, "Other team", "<p>send</p>")
    publish(factories.make_membership(elsewhere, "admin"), "Elsewhere", "<p>send</p>")
    with scope(admin.workspace):
        change_help_center(is_open=True, default_language="en", actor=admin)
        team = factories.make_team(admin.workspace, name="Secret")
        change_article(
            other.article,
            collection=other.article.collection,
            audience=Audience.TEAM,
            team=team,
            is_archived=False,
            actor=admin,
        )
        told = {"title": "Возврат", "html": "<p>Send</p>", "actor": admin}
        publish_translation(add_translation(public.article, language="ru", **told), actor=admin)
        add_translation(
            public.article, language="de", title="Draft", html="<p>send</p>", actor=admin
        )
    return public, other


def test_articles_are_listed_paged_and_found(api, written, admin, settings):
    public, other = written
    slug = admin.workspace.slug

    assert titles(api.get("articles/")) == ["Returns", "Inner", "Возврат"]
    assert titles(api.get("articles/?language=ru")) == ["Возврат"]
    assert titles(api.get("articles/?audience=internal")) == ["Inner"]
    first = api.get("articles/?limit=2").json()
    assert titles(api.get(f"articles/?limit=2&cursor={first['next']}")) == ["Возврат"]
    assert titles(api.get("articles/?q=send&limit=1&language=ru")) == ["Возврат"]
    assert sorted(titles(api.get("articles/?q=send"))) == ["Inner", "Returns"]

    shown = api.get(f"articles/{public.article_id}/").json()
    assert shown.pop("published_at").endswith("Z")
    assert shown == {
        "id": public.article_id,
        "language": "en",
        "title": "Returns",
        "audience": "public",
        "collection": "Shelf",
        "url": f"{settings.BASE_URL}/help/{slug}/en/articles/{public.article_id}-returns/",
        "text": "Send it.",
        "html": "<p>Send <b>it</b>.</p>",
    }
    assert api.get(f"articles/{public.article_id}/?language=ru").json()["title"] == "Возврат"
    assert api.get(f"articles/{other.article_id}/").status_code == 404
    assert api.get(f"articles/{2**70}/").status_code == 404


@pytest.mark.parametrize("tail", ["?language=xx", "?audience=all", "?q=%00", "?what=1", "?limit=0"])
def test_what_is_asked_wrongly_is_refused(api, tail):
    assert api.get(f"articles/{tail}").status_code == 400


def test_the_list_asks_as_often_for_one_article_as_for_three(api, admin, django_assert_num_queries):
    publish(admin, "One")
    api.get("articles/")
    for _ in range(2):
        with django_assert_num_queries(7):  # the way in; help centre, articles
            api.get("articles/")
        publish(admin, "Two")
        publish(admin, "Three")
