"""Saved replies and articles as tests need them."""

from typing import Any

from accounts.models import Membership
from accounts.tenancy import scope
from knowledgebase.actions.articles import create_article, publish_translation
from knowledgebase.actions.help_center import change_help_center, name_collection
from knowledgebase.actions.saved_replies import write_reply
from knowledgebase.models import (
    Article,
    ArticleTranslation,
    ArticleVersion,
    ArticleVote,
    Collection,
    HelpCenter,
    Insertion,
    SavedReply,
)


def make_reply(member: Membership, shortcut: str, *, is_own: bool) -> SavedReply:
    said = {"name": "Reply", "text": "Hello", "is_own": is_own, "team": None}
    with scope(member.workspace):
        return write_reply(None, shortcut=shortcut, actor=member, **said)


def make_article(member: Membership, *, versions: int = 1) -> dict[str, Any]:
    """Publish an article on a shelf of an open help centre, some times over."""
    with scope(member.workspace):
        change_help_center(is_open=True, default_language="en", actor=member)
        shelf = name_collection(None, language="en", name="Orders", actor=member)
        facts = {"title": "Returns", "html": "<p>Send returns to us.</p>", "audience": "public"}
        one = create_article(collection=shelf, language="en", actor=member, **facts)
        for _each in range(versions):
            publish_translation(one, actor=member)
        one.refresh_from_db()
        ids = {"shelf": shelf.pk, "article": one.article_id, "version": versions}
        return ids | {"address": one.address, "written": one.pk}


def furnish_knowledge(member: Membership) -> None:
    """Put a row into each table, inside the workspace's scope."""
    reply = SavedReply.objects.create(name="Hello", shortcut="hello", text="Hello")
    Insertion.objects.create(reply=reply, membership=member)
    HelpCenter.objects.create()
    shelf = Collection.objects.create(names={"en": "Orders"})
    article = Article.objects.create(collection=shelf)
    facts = {"title": "Returns", "html": "<p>How</p>", "text": "How"}
    written = ArticleTranslation.objects.create(article=article, language="en", **facts)
    ArticleVersion.objects.create(translation=written, number=1, kind="saved", **facts)
    ArticleVote.objects.create(translation=written, browser="1", is_helpful=True)
