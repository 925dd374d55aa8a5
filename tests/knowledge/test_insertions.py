"""What goes into an answer from the composer's menu: whose, in which form, and never to the wrong people."""

import json
import re
from html import unescape

import pytest

from accounts.tenancy import scope
from knowledgebase.actions.articles import change_article
from knowledgebase.actions.help_center import change_help_center
from knowledgebase.enums import Audience
from knowledgebase.models import Insertion
from tests import factories
from tests.knowledge.test_search import publish

TITLE = re.compile(r'<span class="clip" lang="\w+">([^<]*)<')


@pytest.fixture
def menu(operator_client, conversation, admin):
    """Ask and take as the menu does."""
    url = f"/{admin.workspace.slug}/inbox/{conversation.number}/insertions/"

    class Menu:
        def titles(self, query=""):
            page = operator_client.get(url, {"q": query}).content.decode()
            return [unescape(title) for title in TITLE.findall(page)]

        def take(self, one, into="reply", what="link"):
            answer = operator_client.post(
                url, {"article": one.pk, "into": into, "as": what}, headers={"HX-Request": "true"}
            )
            return answer.status_code, answer.content.decode()

    with scope(admin.workspace):
        change_help_center(is_open=True, default_language="en", actor=admin)
    return Menu()


def uses(workspace):
    with scope(workspace):
        return Insertion.objects.filter(article__isnull=False).count()


def test_a_public_article_goes_as_link_or_text_and_is_counted(menu, admin, settings):
    one = publish(admin, "Returns & swaps", "<p>Send <b>it</b> back.</p>")
    base, slug = settings.BASE_URL, admin.workspace.slug
    link = f"{base}/help/{slug}/en/articles/{one.article_id}-returns-swaps/"

    assert menu.titles("return") == ["Returns & swaps"]
    status, words = menu.take(one)
    assert (status, json.loads(words)) == (
        200,
        {
            "text": f"Returns & swaps\n{link}",
            "html": f'<a href="{link}">Returns &amp; swaps</a>',
        },
    )
    assert json.loads(menu.take(one, what="text")[1]) == {
        "text": "Send it back.",
        "html": "<p>Send <b>it</b> back.</p>",
    }
    assert uses(admin.workspace) == 2


def test_what_customers_may_not_read_goes_into_notes_alone(menu, admin, operator, settings):
    inner = publish(admin, "Inner", "<p>Batch B52 is bad.</p>", audience=Audience.INTERNAL)
    team = factories.make_team(admin.workspace, name="Secret")
    other = publish(admin, "Other team", "<p>Batch B52 for others.</p>")
    with scope(admin.workspace):
        change_article(
            other.article,
            collection=other.article.collection,
            audience=Audience.TEAM,
            team=team,
            is_archived=False,
            actor=admin,
        )

    assert menu.titles("b52") == ["Inner"]
    for what in ("link", "text"):
        status, words = menu.take(inner, what=what)
        assert (status, words.startswith("Not inserted: only people")) == (409, True)
        assert menu.take(other, what=what, into="note")[0] == 404
    assert uses(admin.workspace) == 0
    link = f"{settings.BASE_URL}/{admin.workspace.slug}/knowledge/{inner.article_id}/en/"
    assert json.loads(menu.take(inner, into="note")[1])["text"] == f"Inner\n{link}"
    assert json.loads(menu.take(inner, into="note", what="text")[1])["text"].startswith("Batch")


def test_what_leads_nowhere_is_refused_in_words(menu, admin):
    one = publish(admin, "Long", f"<p>{'word ' * 2500}</p>")
    assert menu.take(one, what="text")[1].startswith("Not inserted: the article is longer")
    with scope(admin.workspace):
        change_help_center(is_open=False, default_language="en", actor=admin)
    assert menu.take(one)[1].startswith("Not inserted: the help centre is closed")
    assert uses(admin.workspace) == 0


def test_articles_speak_the_customers_language(menu, admin, conversation):
    publish(admin, "冬季充电", "<p>Trail 充电</p>", "zh")
    one = publish(admin, "Зимой", "<p>Trail зимой</p>", "ru")
    contact = conversation.contact
    contact.visit = {"language": "ru-RU"}
    with scope(admin.workspace):
        contact.save(update_fields=["visit"])

    assert sorted(menu.titles("trail")) == ["Зимой", "冬季充电"]
    # A link that can be read: the number finds it.
    assert json.loads(menu.take(one)[1])["text"].endswith(f"/ru/articles/{one.article_id}/")


def test_before_anything_is_typed_what_is_used_most_comes_first(
    menu, admin, conversation, django_assert_num_queries
):
    used = publish(admin, "Used")
    menu.take(used)
    menu.titles()  # which finds out what is known of the session for a while
    with django_assert_num_queries(15):
        menu.titles()
    for title in ("Newer", "Newest"):
        publish(admin, title)
    with django_assert_num_queries(15):
        assert menu.titles() == ["Used", "Newest", "Newer"]


@pytest.mark.parametrize("said", [{"article": "x"}, {"article": "9" * 18}, {"reply": "\x00"}, {}])
def test_strange_takings_are_not_found(operator_client, conversation, said):
    url = f"/{conversation.workspace.slug}/inbox/{conversation.number}/insertions/"
    assert operator_client.post(url, said).status_code == 404
