"""What a visitor may read in the chat: the help centre's articles, as far as they are public (docs/widget-api.md)."""

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import place_of
from accounts.limits import spend
from accounts.tenancy import current_workspace
from inbox.api.visitors import VisitorView
from knowledgebase.actions.help_center import help_center
from knowledgebase.actions.votes import browser_of, vote_on
from knowledgebase.help_reading import (
    article_path,
    languages_asked,
    root_of,
    spoken_by,
)
from knowledgebase.markup import clean
from knowledgebase.models import ArticleTranslation, ArticleVote, HelpCenter
from knowledgebase.offering import offered
from knowledgebase.search import Hit, find, in_language

MOST_FOUND, MOST_OFFERED = 10, 3
LARGEST = 2**63


def offered_to(request: HttpRequest) -> dict[str, Any]:
    """Tell the panel where its visitor may read, if there is anything, and what to begin with."""
    center = help_center()
    best = _offered(_reads(request, center)) if center.is_open else []
    return {"help": root_of(current_workspace()) if best else "", "offered": best}


class VoteSerializer(serializers.Serializer[Any]):
    helpful = serializers.BooleanField()


class ReadingView(VisitorView):
    """Knows what is public, and which language the visitor reads."""

    @cached_property
    def how(self) -> dict[str, Any]:
        self.sender  # noqa: B018 (refuses whom it does not know)
        center = help_center()
        if not center.is_open:
            raise Http404
        return _reads(self.request, center)

    def public(self, pk: int) -> ArticleTranslation:
        near = ArticleTranslation.objects.public()
        found = in_language(near, [pk], **self.how) if pk < LARGEST else []
        if not found:
            raise Http404
        return found[0]

    @property
    def browser(self) -> str:
        return browser_of(f"visitor {self.token}")


class ArticlesView(ReadingView):
    def get(self, request: Request) -> Response:
        """Offer some articles, or find what was asked."""
        how, query = self.how, request.query_params.get("q", "")
        if query.strip():
            spend("help-search", place_of(request))
            hits = find(query, ArticleTranslation.objects.public(), most=MOST_FOUND, **how)
        else:
            hits = [Hit(one, []) for one in _offered(how)]
        return Response({"articles": [_listed(hit) for hit in hits]})


class ArticleView(ReadingView):
    def get(self, request: Request, pk: int) -> Response:
        """Give an article to read, and what this browser has said of it."""
        shown = self.public(pk)
        vote = ArticleVote.objects.filter(translation=shown, browser=self.browser).first()
        return Response(
            {
                "id": shown.article_id,
                "title": shown.live_title,
                "html": clean(shown.live_html),
                "collection": shown.article.collection.name_in(shown.language),
                "language": shown.language,
                "minutes": shown.minutes,
                "path": article_path(current_workspace(), shown),
                "helpful": vote.is_helpful if vote else None,
            }
        )


class ArticleVoteView(ReadingView):
    def post(self, request: Request, pk: int) -> Response:
        """Count whether an article helped; a browser's last word stands."""
        shown, said = self.public(pk), VoteSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        spend("help-vote", place_of(request))
        vote_on(shown, browser=self.browser, is_helpful=said.validated_data["helpful"])
        return Response(status=204)


def _reads(request: HttpRequest, center: HelpCenter) -> dict[str, Any]:
    wanted = languages_asked(request.GET.get("language", ""), request)
    return {"language": spoken_by(wanted, center), "otherwise": center.default_language}


def _offered(how: dict[str, Any]) -> list[ArticleTranslation]:
    public = ArticleTranslation.objects.public()
    return offered(public, now=timezone.now(), most=MOST_OFFERED, **how)


def _listed(hit: Hit) -> dict[str, Any]:
    one = hit.translation
    facts = {"id": one.article_id, "title": one.live_title, "language": one.language}
    return facts | {"minutes": one.minutes, "about": hit.snippet}
