"""What somebody hostile writes into titles, texts and names is words, wherever it is shown."""

from accounts.tenancy import scope
from knowledgebase.actions.articles import create_article, publish_translation
from knowledgebase.actions.help_center import change_help_center, name_collection
from knowledgebase.enums import Audience

EVIL = "\"'><img src=x onerror=alert(1)><svg onload=alert(2)></title><script>alert(3)</script>"
# Markdown is no language of ours: its links stay what was typed.
HTML = f"<p>[a](javascript:alert(4)) evil</p>{EVIL}<svg><script>alert(5)</script></svg>"
ACTS = ("<img src=x", "<svg onload", "<script>alert", 'href="javascript', "&lt;script&gt;alert(5)")


def test_titles_texts_and_shelves_are_shown_as_words(client, channel, conversation, admin):
    with scope(admin.workspace):
        change_help_center(is_open=True, default_language="en", actor=admin)
        shelf = name_collection(None, language="en", name=EVIL[:80], actor=admin)
        said = {"title": EVIL, "html": HTML, "language": "en", "audience": Audience.PUBLIC}
        one = create_article(collection=shelf, actor=admin, **said)
        publish_translation(one, actor=admin)
        one.refresh_from_db()
    help_path, ours = f"/help/{admin.workspace.slug}/en/", f"/{admin.workspace.slug}/"
    client.force_login(admin.user)

    for path in (
        help_path,
        f"{help_path}search/?q=evil",
        f"{help_path}articles/{one.address}/",
        f"{help_path}collections/{shelf.pk}/",
        f"/help/{admin.workspace.slug}/sitemap.xml",
        f"{ours}knowledge/?q=evil",
        f"{ours}knowledge/{one.article_id}/en/",
        f"{ours}knowledge/collections/",
        f"{ours}inbox/{conversation.number}/insertions/?q=evil",
        f"/widget/{channel.key}/",
    ):
        answer = client.get(path)
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert [acting for acting in ACTS if acting in page] == [], path
    told = client.get(f"{help_path}suggestions/?q=evil")
    assert told["Content-Type"] == "application/json"
    assert told.json()["articles"][0]["title"].startswith("\"'><img")
