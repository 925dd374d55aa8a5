"""Articles, as far as the token's person may read them: listed, found, read."""

from typing import Any

from django.conf import settings
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.tenancy import current_workspace
from inbox.api.v1.base import LARGEST_ID, ApiView, Page, PageQuery, Strict
from inbox.api.v1.describing import describe
from inbox.api.v1.serializers import Words
from knowledgebase.actions.help_center import help_center
from knowledgebase.enums import Audience, Language
from knowledgebase.help_reading import article_path
from knowledgebase.markup import clean
from knowledgebase.models import ArticleTranslation
from knowledgebase.models.article import TranslationQuerySet
from knowledgebase.search import find, in_language


class LanguageQuery(Strict):
    language = serializers.ChoiceField(choices=Language.choices, required=False)


class ArticleQuery(PageQuery):
    language = serializers.ChoiceField(choices=Language.choices, required=False)
    audience = serializers.ChoiceField(choices=Audience.choices, required=False)
    q = Words(
        max_length=200, required=False, help_text="Words; the nearest come first, on one page."
    )


class ArticleInList(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="article_id")
    language = serializers.ChoiceField(choices=Language.choices)
    title = serializers.CharField(source="live_title")
    audience = serializers.ChoiceField(choices=Audience.choices, source="article.audience")
    collection = serializers.SerializerMethodField()
    published_at = serializers.DateTimeField(source="live_at")
    url = serializers.SerializerMethodField(
        help_text="Where customers read it; null if they may not."
    )

    def get_collection(self, one: ArticleTranslation) -> str:
        return one.article.collection.name_in(one.language)

    def get_url(self, one: ArticleTranslation) -> str | None:
        if one.article.audience != Audience.PUBLIC or not self.context["is_open"]:
            return None
        return f"{settings.BASE_URL}{article_path(current_workspace(), one)}"


class FullArticle(ArticleInList):
    text = serializers.CharField(source="live_text")
    html = serializers.SerializerMethodField(help_text="Cleaned to a few formats.")

    def get_html(self, one: ArticleTranslation) -> str:
        return clean(one.live_html)


class ArticlesView(ApiView):
    query = ArticleQuery

    @describe("list_articles", ArticleInList, asks=ArticleQuery, pages=True)
    def get(self, request: Request) -> Response:
        """List what is live, each article once in each language; ``q`` finds, in one language each."""
        asked, center = self.asked, help_center()
        rows: TranslationQuerySet = ArticleTranslation.objects.readable_by(self.bearer)
        if "audience" in asked:
            rows = rows.filter(article__audience=asked["audience"])
        shown = {"is_open": center.is_open}
        if "q" in asked:
            otherwise = center.default_language
            how = {"language": asked.get("language", otherwise), "otherwise": otherwise}
            hits = find(asked["q"], rows, most=asked["limit"], **how)
            found = [hit.translation for hit in hits]
            results = ArticleInList(found, many=True, context=shown).data
            return Response({"results": results, "next": None})
        if "language" in asked:
            rows = rows.filter(language=asked["language"])
        page = Page(rows.select_related("article__collection"), asked, "pk")
        results = ArticleInList(page.rows, many=True, context=shown).data
        return Response({"results": results, "next": page.next})


class ArticleView(ApiView):
    query = LanguageQuery

    @describe("retrieve_article", FullArticle, asks=LanguageQuery)
    def get(self, request: Request, pk: int) -> Response:
        """Show an article in a language, or the help centre's, or whichever there is."""
        center = help_center()
        otherwise = center.default_language
        language = self.asked.get("language", otherwise)
        readable = ArticleTranslation.objects.readable_by(self.bearer)
        found = in_language(readable, [pk], language, otherwise) if pk <= LARGEST_ID else []
        if not found:
            raise Http404
        return Response(FullArticle(found[0], context={"is_open": center.is_open}).data)
