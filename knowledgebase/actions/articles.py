"""Write articles: begin, save, publish, take back, bring an older version back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import events
from accounts.errors import DomainError, Taken
from accounts.models import Membership, Team
from accounts.permissions import Permission, demand
from knowledgebase.actions.help_center import show_anew
from knowledgebase.enums import Audience, EventKind, VersionKind
from knowledgebase.markup import LONGEST, clean, text_of
from knowledgebase.models import Article, ArticleTranslation, ArticleVersion, Collection
from knowledgebase.search import grams_of

KEPT_EVERY = timedelta(minutes=10)  # while one person writes on


@dataclass(frozen=True, slots=True)
class Saved:
    """What stands now; ``kept`` is what was not saved because somebody else was faster."""

    translation: ArticleTranslation
    kept: ArticleVersion | None = None


class BadArticle(DomainError):
    code = "bad_article"
    status = 422


@transaction.atomic
def create_article(
    *,
    title: str,
    language: str,
    collection: Collection,
    actor: Membership,
    html: str = "",
    audience: str = Audience.INTERNAL,
) -> ArticleTranslation:
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    article = Article.objects.create(collection=collection, audience=audience)
    events.record(EventKind.ARTICLE_CREATED, article, actor=actor, name=title)
    return add_translation(article, language=language, title=title, html=html, actor=actor)


@transaction.atomic
def add_translation(
    article: Article, *, language: str, title: str, actor: Membership, html: str = ""
) -> ArticleTranslation:
    """
    Begin an article in another language.

    :raises Taken: if it is written in that language already.
    """
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    if article.translations.filter(language=language).exists():
        raise Taken(_("This article is written in that language already."))
    html = clean(html)
    return ArticleTranslation.objects.create(
        article=article,
        language=language,
        title=_titled(title),
        html=html,
        text=text_of(html),
        changed_by=actor,
    )


@transaction.atomic
def save_translation(
    translation: ArticleTranslation, *, title: str, html: str, seen: int, actor: Membership
) -> Saved:
    """
    Keep what somebody has written so far; readers see nothing of it yet.

    :param seen: the version that the writer began with. If another text was saved since, that
        one stands, and this one is kept beside it.
    """
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    if len(html) > LONGEST:
        raise BadArticle(_("The article is too long. Make two of it."))
    title, html = _titled(title), clean(html)
    standing = _locked(translation)
    if standing.version == seen:
        _save(standing, title, html, actor)
    elif (standing.title, standing.html) != (title, html):
        kept = _keep(standing, VersionKind.CONFLICT, title=title, html=html, actor=actor)
        return Saved(standing, kept)
    return Saved(standing)


@transaction.atomic
def publish_translation(translation: ArticleTranslation, *, actor: Membership) -> None:
    """Show readers what is written now."""
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    standing = _locked(translation)
    if not standing.text.strip():
        raise BadArticle(_("The article is empty. Write it before you publish it."))
    standing.live_title, standing.live_html = standing.title, standing.html
    standing.live_text, standing.live_at = standing.text, timezone.now()
    standing.grams = grams_of(f"{standing.title}\n{standing.text}")
    standing.save(update_fields=["live_title", "live_html", "live_text", "live_at", "grams"])
    show_anew()
    _keep(standing, VersionKind.PUBLISHED, actor=actor)
    _record(EventKind.ARTICLE_PUBLISHED, standing, actor)


@transaction.atomic
def unpublish_translation(translation: ArticleTranslation, *, actor: Membership) -> None:
    """Let nobody read it any more, until it is published again."""
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    standing = _locked(translation)
    if standing.is_live:
        standing.live_at = None
        standing.save(update_fields=["live_at"])
        show_anew()
        _record(EventKind.ARTICLE_UNPUBLISHED, standing, actor)


@transaction.atomic
def restore_version(version: ArticleVersion, *, actor: Membership) -> ArticleTranslation:
    """Write on from how it stood once; how it stands now is kept."""
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    standing = _locked(version.translation)
    _keep(standing, VersionKind.RESTORED, actor=actor)
    _write(standing, version.title, clean(version.html), actor)
    _record(EventKind.ARTICLE_RESTORED, standing, actor)
    return standing


@transaction.atomic
def change_article(
    article: Article,
    *,
    collection: Collection,
    audience: str,
    team: Team | None,
    is_archived: bool,
    actor: Membership,
) -> Article:
    """
    Say who reads an article and where it stands; an archived one nobody reads.

    :raises BadArticle: if it is for a team and none is named.
    """
    demand(actor, Permission.MANAGE_KNOWLEDGE)
    if audience == Audience.TEAM and team is None:
        raise BadArticle(_("Choose the team that may read it."))
    article = Article.objects.select_for_update(no_key=True).get(pk=article.pk)
    before = _of(article)
    article.collection, article.audience = collection, audience
    article.team = team if audience == Audience.TEAM else None
    if is_archived != (article.archived_at is not None):
        article.archived_at = timezone.now() if is_archived else None
    article.save(update_fields=["collection", "audience", "team", "archived_at"])
    show_anew()
    after = _of(article)
    if before != after:
        first = article.translations.order_by("pk").first()
        name = first.title if first else str(article)
        events.record(
            EventKind.ARTICLE_CHANGED, article, actor=actor, name=name, before=before, after=after
        )
    return article


def _titled(title: str) -> str:
    said = " ".join(title.replace("\x00", "").split())[:200]
    if not said:
        raise BadArticle(_("Give the article a title."))
    return said


def _locked(translation: ArticleTranslation) -> ArticleTranslation:
    locked = ArticleTranslation.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("changed_by__user", "article").get(pk=translation.pk)


def _save(standing: ArticleTranslation, title: str, html: str, actor: Membership) -> None:
    """Write on; what another person wrote, or what stood for a while, is kept before."""
    if (standing.title, standing.html) == (title, html):
        return
    last = standing.versions.order_by("-number").first()
    is_known = last and (last.title, last.html) == (standing.title, standing.html)
    is_old = not last or timezone.now() - last.made_at > KEPT_EVERY
    if standing.text and not is_known and (is_old or standing.changed_by != actor):
        _keep(standing, VersionKind.SAVED, actor=standing.changed_by)
    _write(standing, title, html, actor)


def _write(standing: ArticleTranslation, title: str, html: str, actor: Membership) -> None:
    standing.title, standing.html, standing.text = title, html, text_of(html)
    standing.version += 1
    standing.changed_by = actor
    standing.save(update_fields=["title", "html", "text", "version", "changed_by", "changed_at"])


def _keep(
    standing: ArticleTranslation,
    kind: VersionKind,
    *,
    actor: Membership | None,
    title: str | None = None,
    html: str | None = None,
) -> ArticleVersion:
    last = standing.versions.order_by("-number").values_list("number", flat=True).first()
    html = standing.html if html is None else html
    return ArticleVersion.objects.create(
        translation=standing,
        number=(last or 0) + 1,
        kind=kind,
        title=title or standing.title,
        html=html,
        text=text_of(html),
        made_by=actor,
    )


def _of(article: Article) -> dict[str, str | bool]:
    return {
        "collection": str(article.collection),
        "audience": article.audience,
        "team": article.team.name if article.team else "",
        "archived": article.archived_at is not None,
    }


def _record(kind: EventKind, standing: ArticleTranslation, actor: Membership) -> None:
    language = standing.language
    events.record(kind, standing.article, actor=actor, name=standing.title, language=language)
