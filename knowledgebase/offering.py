"""Articles to offer before anybody has asked for one."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count

from knowledgebase.models import ArticleTranslation, ArticleVote, Insertion
from knowledgebase.models.article import TranslationQuerySet
from knowledgebase.search import in_language

MONTH = timedelta(days=30)
RANKED = 200  # that are asked for, because not everybody may read all of them


def offered(
    among: TranslationQuerySet, *, now: datetime, language: str, otherwise: str, most: int
) -> list[ArticleTranslation]:
    """Return what helped or was put into answers most often within a month, and then what is newest."""
    uses = Counter[int](_inserted(now - MONTH))
    uses.update(_helped(now - MONTH))
    ranked = [article for article, _uses in uses.most_common(RANKED)]
    readable = set(among.filter(article__in=ranked).values_list("article_id", flat=True))
    best = [article for article in ranked if article in readable][:most]
    newest = among.exclude(article__in=best).order_by("-live_at", "-pk")
    # An article stands there once in each of its languages.
    fresh = newest.values_list("article_id", flat=True)[: most * 4]
    chosen = list(dict.fromkeys([*best, *fresh]))[:most]
    return in_language(among, chosen, language, otherwise)


def _inserted(since: datetime) -> dict[int, int]:
    recent = Insertion.objects.filter(at__gte=since, article__isnull=False)
    return dict(recent.values_list("article_id").annotate(n=Count("pk")).order_by("-n")[:RANKED])


def _helped(since: datetime) -> dict[int, int]:
    recent = ArticleVote.objects.filter(at__gte=since, is_helpful=True)
    by_article = recent.values_list("translation__article_id").annotate(n=Count("pk"))
    return dict(by_article.order_by("-n")[:RANKED])
