"""The help centre's pages: read without a script, kept for a minute by whoever likes."""

from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from accounts.http import place_of
from accounts.limits import spend
from knowledgebase.enums import Missing
from knowledgebase.help_reading import (
    HelpRequest,
    article_path,
    for_readers,
    kept,
    languages_asked,
    live_languages,
    nearness,
    related,
    root_of,
    shelves,
    spoken_by,
)
from knowledgebase.markup import outlined
from knowledgebase.models import ArticleTranslation, Collection
from knowledgebase.search import find

ON_HOME = 5  # articles of a shelf
SUGGESTED, RELATED = 6, 6


@require_safe
@vary_on_headers("Accept-Language")
@for_readers
def entrance(request: HelpRequest) -> HttpResponse:
    """Lead to the language that the browser asks for, as far as anything is written in it."""
    language = spoken_by(languages_asked("", request), request.center)
    return HttpResponseRedirect(f"{root_of(request.workspace)}{language}/")


@require_safe
@for_readers
@kept
def home(request: HelpRequest) -> HttpResponse:
    return _page(request, "help/home.html", shelves=shelves(request), on_home=ON_HOME)


@require_safe
@for_readers
@kept
def collection(request: HelpRequest, pk: int) -> HttpResponse:
    shelf = get_object_or_404(Collection.objects.all(), pk=pk)
    articles = next((ones for one, ones in shelves(request) if one.pk == shelf.pk), None)
    if not articles:
        raise Http404
    return _page(
        request, "help/collection.html", f"collections/{pk}/", shelf=shelf, articles=articles
    )


@require_safe
@for_readers
@kept
def article(request: HelpRequest, address: str) -> HttpResponse:
    """Show an article; one that is not written in this language is shown in the nearest."""
    found = public_article(request, address)
    if (right := article_path(request.workspace, found, request.language)) != request.path:
        return HttpResponse(status=301, headers={"Location": right})
    public = ArticleTranslation.objects.public()
    html, headings = outlined(found.live_html)
    return _page(
        request,
        "help/article.html",
        shown=found,
        html=html,
        headings=headings,
        written=list(public.filter(article=found.article_id).order_by("pk")),
        related=related(request, found, RELATED),
        voted=request.GET.get("voted", ""),
        missing=Missing.choices,
        canonical=article_path(request.workspace, found),
    )


@require_safe
@for_readers
def search(request: HelpRequest) -> HttpResponse:
    spend("help-search", place_of(request))
    query = request.GET.get("q", "").strip()[:200]
    return _page(
        request, "help/search.html", "search/", query=query, hits=_found(request, query, 20)
    )


@require_safe
@for_readers
def suggestions(request: HelpRequest) -> HttpResponse:
    """Name articles while somebody is typing."""
    spend("help-search", place_of(request))
    hits = _found(request, request.GET.get("q", ""), SUGGESTED)
    facts = [
        {
            "title": one.translation.live_title,
            "path": article_path(request.workspace, one.translation),
        }
        for one in hits
    ]
    return JsonResponse({"articles": facts})


@require_safe
@for_readers
def sitemap(request: HelpRequest) -> HttpResponse:
    base = settings.BASE_URL
    by_article: dict[int, list[ArticleTranslation]] = {}
    for one in ArticleTranslation.objects.public().for_list():
        by_article.setdefault(one.article_id, []).append(one)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']
    lines.append(
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">'
    )
    for ones in by_article.values():
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{one.language}" '
            f'href="{escape(base + article_path(request.workspace, one))}"/>'
            for one in ones
        )
        for one in ones:
            place = escape(base + article_path(request.workspace, one))
            lines.append(
                f"<url><loc>{place}</loc><lastmod>{one.live_at:%Y-%m-%d}</lastmod>{others}</url>"
            )
    lines.append("</urlset>")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")


def public_article(request: HelpRequest, address: str) -> ArticleTranslation:
    """Find what an address names: its number counts, in the reader's language or the nearest."""
    number = address.partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 19):  # noqa: PLR2004
        raise Http404
    public = ArticleTranslation.objects.public().filter(article=int(number))
    found = sorted(
        public.select_related("article__collection"),
        key=lambda one: (nearness(request, one), one.pk),
    )
    if not found:
        raise Http404
    return found[0]


def _found(request: HelpRequest, query: str, most: int) -> list[Any]:
    return find(
        query,
        ArticleTranslation.objects.public(),
        language=request.language,
        otherwise=request.center.default_language,
        most=most,
    )


def _page(request: HelpRequest, template: str, tail: str = "", **context: Any) -> HttpResponse:
    root = root_of(request.workspace)
    written = context.get("written")
    languages = live_languages()
    if written:
        others = [(one.language, article_path(request.workspace, one)) for one in written]
    else:
        others = [(code, f"{root}{code}/{tail}") for code, _name in languages]
    context = {"query": "", "canonical": f"{root}{request.language}/{tail}"} | context
    context |= {
        "workspace": request.workspace,
        "center": request.center,
        "here": f"{root}{request.language}/",
        "reads": request.language,
        "languages": languages,
        "tail": request.path.removeprefix(f"{root}{request.language}/"),
        "root": root,
        "others": others,
        "base": settings.BASE_URL,
        "path_of": lambda one: article_path(request.workspace, one, request.language),
    }
    return render(request, template, context)
