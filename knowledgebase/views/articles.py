"""The knowledge base as people of the workspace see it: shelves, articles, their editor and history."""

from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.models import Team
from accounts.permissions import Permission, may, requires
from accounts.views.frame import frame
from knowledgebase.actions.articles import (
    add_translation,
    change_article,
    create_article,
    publish_translation,
    restore_version,
    save_translation,
    unpublish_translation,
)
from knowledgebase.actions.help_center import help_center
from knowledgebase.article_forms import ArticleForm, NewArticleForm, PlaceForm, TranslationForm
from knowledgebase.changes import changes
from knowledgebase.enums import Audience, Language
from knowledgebase.markup import outlined
from knowledgebase.models import Article, ArticleTranslation, Collection
from knowledgebase.search import find

MANAGE = Permission.MANAGE_KNOWLEDGE
MOST = 2000  # articles that the tree lists


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """List what somebody may read, on its shelves; ``?q=`` finds."""
    return knowledge_page(request, "knowledge/_welcome.html")


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def new(request: WorkspaceRequest) -> HttpResponse:
    """GET asks for a title and a shelf; POST begins the article."""
    form = NewArticleForm(request.POST or None, initial={"language": language_of(request)})
    if form.is_bound and form.is_valid():
        return _opened(create_article(actor=request.membership, **form.cleaned_data))
    return knowledge_page(request, "knowledge/_new.html", form=form)


@require_http_methods(["GET", "POST"])
def show(request: WorkspaceRequest, pk: int, language: str) -> HttpResponse:
    """GET opens an article to be read or, for those who may, written; POST keeps what is written."""
    translation = _translation(request, pk, language)
    if request.method == "POST":
        return _save(request, translation)
    if not may(request.membership, MANAGE):
        html, _headings = outlined(translation.live_html)
        return knowledge_page(request, "knowledge/_article.html", shown=translation, html=html)
    return editor(request, translation)


@require_POST
@requires(MANAGE)
def publication(request: WorkspaceRequest, pk: int, language: str) -> HttpResponse:
    """Publish what is written; ``undo`` takes it back."""
    translation = _translation(request, pk, language)
    undo = "undo" in request.POST
    (unpublish_translation if undo else publish_translation)(translation, actor=request.membership)
    return _opened(translation)


@require_POST
@requires(MANAGE)
def place(request: WorkspaceRequest, pk: int, language: str) -> HttpResponse:
    """Say who reads an article and on which shelf it stands."""
    translation = _translation(request, pk, language)
    said = PlaceForm.parse(request.POST)
    change_article(translation.article, actor=request.membership, **said)
    return _opened(translation)


@require_POST
@requires(MANAGE)
def translations(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Begin an article in another language, with the words of the first."""
    article = get_object_or_404(Article.objects.all(), pk=pk)
    said = TranslationForm.parse(request.POST)
    first = article.translations.order_by("pk").first()
    facts = {"title": first.title, "html": first.html} if first else {"title": str(article)}
    return _opened(add_translation(article, actor=request.membership, **said, **facts))


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def version(request: WorkspaceRequest, pk: int, language: str, number: int) -> HttpResponse:
    """GET shows what has changed since a version; POST brings it back."""
    translation = _translation(request, pk, language)
    old = get_object_or_404(translation.versions.select_related("made_by__user"), number=number)
    if request.method == "POST":
        return _opened(restore_version(old, actor=request.membership))
    context = {"old": old, "changes": changes(old.text, translation.text)}
    return knowledge_page(request, "knowledge/_version.html", shown=translation, **context)


def editor(request: WorkspaceRequest, shown: ArticleTranslation, **context: Any) -> HttpResponse:
    versions = shown.versions.select_related("made_by__user").order_by("-number")[:30]
    context |= {
        "versions": list(versions),
        "audiences": Audience.choices,
        "teams": list(Team.objects.order_by("name", "pk")),
        "written": list(shown.article.translations.order_by("pk")),
        "languages": Language.choices,
    }
    return knowledge_page(request, "knowledge/_editor.html", shown=shown, **context)


def knowledge_page(request: WorkspaceRequest, part: str, **context: Any) -> HttpResponse:
    """Draw the shelves, and beside them one part."""
    manages, me = may(request.membership, MANAGE), request.membership
    rows = ArticleTranslation.objects.all() if manages else None
    readable = ArticleTranslation.objects.readable_by(me)
    center, language = help_center(), language_of(request)
    query = request.GET.get("q", "").strip()
    otherwise = center.default_language
    context = {"shown": None, "form": None, "code": 200} | context
    context |= {
        "part": part,
        "center": center,
        "manages": manages,
        "query": query,
        "hits": find(query, readable, language=language, otherwise=otherwise) if query else [],
        "shelves": _shelves(readable if rows is None else rows, language, otherwise),
        "language_now": language,
    }
    form = context["form"]
    status = 422 if form is not None and form.is_bound else context["code"]
    return render(request, "knowledge/index.html", context | frame(request), status=status)


def language_of(request: WorkspaceRequest) -> str:
    """Return the language that the tree is shown in: as asked, or the help centre's first."""
    asked = request.GET.get("language", "")
    return asked if asked in Language.values else help_center().default_language


def _shelves(rows: Any, language: str, otherwise: str) -> list[tuple[Collection, list[Any]]]:
    """Put one row for each article on its shelf, in the language that is nearest."""
    chosen: dict[int, ArticleTranslation] = {}
    for one in rows.for_list()[:MOST]:
        known = chosen.get(one.article_id)
        order = [language, otherwise]
        if known is None or _place(one.language, order) < _place(known.language, order):
            chosen[one.article_id] = one
    shelves: dict[int, list[ArticleTranslation]] = {}
    for one in chosen.values():
        shelves.setdefault(one.article.collection_id, []).append(one)
    collections = Collection.objects.order_by("position", "pk")
    return [(shelf, shelves.get(shelf.pk, [])) for shelf in collections]


def _place(language: str, order: list[str]) -> int:
    return order.index(language) if language in order else len(order)


def _save(request: WorkspaceRequest, translation: ArticleTranslation) -> HttpResponse:
    """A script hears what became of it; a plain form gets the page."""
    saved = save_translation(
        translation, actor=request.membership, **ArticleForm.parse(request.POST)
    )
    standing, kept = saved.translation, saved.kept
    if request.htmx:
        facts = {"version": standing.version, "changed": standing.has_changes}
        return JsonResponse(facts | (_told(saved) if kept else {}))
    if kept:
        # With 200: whatever is refused would be forgotten, and the kept version with it.
        return editor(request, standing, conflict=_told(saved))
    return _opened(standing)


def _told(saved: Any) -> dict[str, Any]:
    standing, kept = saved.translation, saved.kept
    who = standing.changed_by.user.display_name if standing.changed_by else ""
    return {"conflict": kept.number, "who": who}


def _translation(request: WorkspaceRequest, pk: int, language: str) -> ArticleTranslation:
    """Return what somebody may open: everything for whoever writes, else what is live for them."""
    rows = ArticleTranslation.objects.select_related("article__collection", "changed_by__user")
    if not may(request.membership, MANAGE):
        rows = ArticleTranslation.objects.readable_by(request.membership)
    found: ArticleTranslation = get_object_or_404(rows, article=pk, language=language)
    return found


def _opened(translation: ArticleTranslation) -> HttpResponse:
    return redirect("article", translation.article_id, translation.language)
