"""The help centre: what strangers read, where, and how little it weighs."""

import gzip
import re

import pytest
from django.contrib.staticfiles import finders

from accounts.tenancy import scope
from knowledgebase.actions.articles import add_translation, change_article, publish_translation
from knowledgebase.actions.help_center import change_help_center
from knowledgebase.enums import Audience
from knowledgebase.models import ArticleTranslation, ArticleVote
from tests.knowledge.test_search import publish

MOST_BYTES, MOST_REQUESTS = 60_000, 6


@pytest.fixture
def center(admin):
    with scope(admin.workspace):
        change_help_center(is_open=True, default_language="en", actor=admin)
    return f"/help/{admin.workspace.slug}/"


def test_a_closed_one_is_as_good_as_none(client, center, admin, elsewhere):
    one = publish(admin, "Returns")
    tails = [
        "",
        "en/",
        "en/search/?q=returns",
        "sitemap.xml",
        f"en/articles/{one.article_id}-returns/",
    ]
    assert client.get(f"{center}en/").status_code == 200
    with scope(admin.workspace):
        change_help_center(is_open=False, default_language="en", actor=admin)

    for root in (center, f"/help/{elsewhere.slug}/", "/help/nowhere/"):
        assert {client.get(root + tail).status_code for tail in tails} == {404}


def test_strangers_see_what_is_public_and_live_alone(client, center, admin, elsewhere):
    shown = publish(admin, "Shown returns")
    hidden = publish(admin, "Hidden returns", audience=Audience.INTERNAL)
    archived = publish(admin, "Archived returns")
    with scope(admin.workspace):
        facts = {"audience": "public", "team": None, "is_archived": True, "actor": admin}
        change_article(archived.article, collection=archived.article.collection, **facts)
        add_translation(
            shown.article, language="ru", title="Черновик", html="<p>Ч</p>", actor=admin
        )
        change_help_center(is_open=True, default_language="ru", actor=admin)

    pages = ["en/", "ru/", "en/search/?q=returns", "en/suggestions/?q=returns", "sitemap.xml"]
    for tail in [*pages, f"en/collections/{shown.article.collection_id}/"]:
        text = client.get(center + tail).content.decode()
        assert "Shown returns" in text or "shown-returns" in text, tail
        for word in ("Hidden", "hidden-returns", "Archived", "archived-returns", "Черновик"):
            assert word not in text, tail
    for one in (hidden, archived):
        with scope(admin.workspace):
            address = ArticleTranslation.objects.get(pk=one.pk).address
        assert client.get(f"{center}en/articles/{address}/").status_code == 404
        shelf = f"{center}en/collections/{one.article.collection_id}/"
        assert client.get(shelf).status_code == 404


def test_an_address_leads_to_the_article_in_the_nearest_language(client, center, admin):
    one = publish(admin, "Returns")
    path = f"{center}en/articles/{one.article_id}-returns/"

    for tail in (f"{one.article_id}", f"{one.article_id}-old-name"):
        moved = client.get(f"{center}en/articles/{tail}/")
        assert (moved.status_code, moved["Location"]) == (301, path)
    other = client.get(path.replace("/en/", "/ru/")).content.decode()
    assert f'rel="canonical" href="http://127.0.0.1:8000{path}"' in other
    assert "hc-note" in other
    with scope(admin.workspace):
        russian = add_translation(
            one.article, language="ru", title="Возврат", html="<p>Как</p>", actor=admin
        )
        publish_translation(russian, actor=admin)
    page = client.get(path).content.decode()
    assert set(re.findall(r'rel="alternate" hreflang="([\w-]+)"', page)) == {
        "en",
        "ru",
        "x-default",
    }
    found = client.get(f"{center}ru/search/?q=returns").content.decode()
    assert "Возврат" in found


@pytest.mark.parametrize(
    "address", ["../admin", ".well-known", "²", "9" * 40, "x" * 5000, "0", "-1", "%00"]
)
def test_strange_addresses_are_not_found(client, center, address):
    answer = client.get(f"{center}en/articles/{address}/")

    assert answer.status_code == 404


def test_the_entrance_leads_to_the_readers_language(client, center, admin):
    publish(admin, "Returns")
    publish(admin, "Возврат", language="ru")

    def led(said):
        answer = client.get(center, headers={"Accept-Language": said})
        assert "Accept-Language" in answer["Vary"]
        return answer["Location"].removeprefix(center)

    assert [led("ru-RU,ru;q=0.9,en;q=0.5"), led("fi, en;q=0.2"), led("fi"), led("")] == [
        *("ru/", "en/", "en/", "en/")
    ]
    assert client.get(f"{center}xx/").status_code == 404


def test_pages_are_light_may_be_kept_and_need_no_script(client, center, admin):
    for number in range(30):
        publish(admin, f"Article number {number}", "<p>" + "Long words of help. " * 120 + "</p>")
    one = publish(admin, "Returns", "<h2>How</h2>" + "<p>Words of help.</p>" * 60)
    for tail in ("en/", f"en/articles/{one.article_id}-returns/", "en/search/?q=article"):
        answer = client.get(center + tail)
        page = answer.content.decode()
        assets = set(re.findall(r'(?:href|src)="/static/([^"#]+)', page))
        weight = len(gzip.compress(answer.content)) + sum(map(weigh, assets))
        assert (weight < MOST_BYTES, len(assets) + 1 <= MOST_REQUESTS) == (True, True), assets
        assert answer["Cache-Control"] == "public, max-age=60"
        assert not answer.cookies
        assert "onclick" not in page
        assert "Article number" in page or "Words of help." in page


def weigh(asset):
    plain = re.sub(r"\.[0-9a-f]{12}(?=\.\w+$)", "", asset)
    if plain.endswith("help.css"):
        parts = finders.find("css/help.bundle") or "static/css/help.bundle"
        with open(parts) as bundle:  # noqa: PTH123
            files = [f"static/css/{line.strip()}" for line in bundle if line.strip()]
    else:
        files = [f"static/{plain}"]
    return len(gzip.compress(b"".join(open(one, "rb").read() for one in files)))  # noqa: PTH123


def test_a_browser_votes_once_and_its_last_word_stands(client, center, admin):
    one = publish(admin, "Returns")
    path = f"{center}en/articles/{one.article_id}-returns/"

    first = client.post(f"{path}vote/", {"helpful": "yes"})
    client.post(f"{path}vote/", {"helpful": "no", "why": "case", "words": "Mine is blue"})
    other = client.post(
        f"{path}vote/", {"helpful": "yes", "why": "case"}, headers={"Cookie": "help_reader=other"}
    )

    assert (first.status_code, first["Location"]) == (303, f"{path}?voted=yes#vote")
    assert other.status_code == 303
    assert first.cookies["help_reader"]["httponly"]
    with scope(admin.workspace):
        votes = ArticleVote.objects.order_by("pk").values_list("is_helpful", "why", "words")
        assert votes[0] == (False, "case", "Mine is blue")
    for said in ({}, {"helpful": "maybe"}, {"helpful": "no", "why": "x"}):
        assert client.post(f"{path}vote/", said).status_code == 422


def test_a_page_is_drawn_once_until_what_it_shows_changes(
    client, center, admin, django_assert_num_queries
):
    one = publish(admin, "Returns")
    paths = [f"{center}en/", f"{center}en/articles/{one.article_id}-returns/"]
    first = [client.get(path) for path in paths]

    for path, before in zip(paths, first, strict=True):
        with django_assert_num_queries(4):  # into the workspace and out, and whether it is open
            again = client.get(path)
        assert again.content == before.content
        for header in ("Content-Type", "Content-Language", "Cache-Control"):
            assert again[header] == before[header]

    publish(admin, "Refunds")
    assert "Refunds" in client.get(paths[0]).content.decode()
    with scope(admin.workspace):
        facts = {"audience": "internal", "team": None, "is_archived": False, "actor": admin}
        change_article(one.article, collection=one.article.collection, **facts)
    assert "Returns" not in client.get(paths[0]).content.decode()
    assert client.get(paths[1]).status_code == 404
