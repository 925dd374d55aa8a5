"""The help centre as a stranger finds it: which workspace, which language, what is public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import Workspace
from accounts.tenancy import scope_of
from knowledgebase.actions.help_center import help_center
from knowledgebase.enums import Language
from knowledgebase.models import ArticleTranslation, Collection, HelpCenter
from knowledgebase.search import in_language

OURS = {code for code, _name in settings.LANGUAGES}  # that the pages themselves speak
MINUTE = "public, max-age=60"
View = Callable[..., HttpResponse]


class HelpRequest(HttpRequest):
    """A request behind ``for_readers``."""

    workspace: Workspace
    center: HelpCenter
    language: str


def for_readers(view: View) -> View:
    """Enter the workspace whose help centre is open, and speak the language of the address."""

    @wraps(view)
    def entered(
        request: HelpRequest, workspace: str, language: str = "", **kwargs: Any
    ) -> HttpResponse:
        with scope_of(slug=workspace.lower()) as place:
            center = help_center() if place else None
            if place is None or center is None or not center.is_open:
                raise Http404
            if language and language not in Language.values:
                raise Http404
            request.workspace, request.center = place, center
            request.language = language or center.default_language
            spoken = request.language if request.language in OURS else "en"
            with translation.override(spoken):
                response = view(request, **kwargs)
                response.headers.setdefault("Cache-Control", MINUTE)
                response.headers["Content-Language"] = request.language
                return response

    return entered


def kept(view: View) -> View:
    """Draw a page once for everybody who reads it within a minute, unless what they see changes."""

    @wraps(view)
    def shown(request: HelpRequest, **kwargs: Any) -> HttpResponse:
        if request.GET or request.method != "GET":
            return view(request, **kwargs)
        place = request.workspace
        said = f"{place.pk} {place.name} {request.center.shown} {request.path}"
        key = f"help:{sha256(said.encode()).hexdigest()}"
        if text := cache.get(key):
            return HttpResponse(text)
        response = view(request, **kwargs)
        if response.status_code == HTTPStatus.OK:
            cache.set(key, response.content.decode(), 60)
        return response

    return shown


def root_of(workspace: Workspace) -> str:
    return f"/help/{workspace.slug}/"


def article_path(workspace: Workspace, one: ArticleTranslation, language: str = "") -> str:
    return f"{root_of(workspace)}{language or one.language}/articles/{one.address}/"


def languages_asked(said: str, request: HttpRequest) -> list[str]:
    """List what a reader reads: what their page says, then what their browser says."""
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200])
    wanted = [said[:35]] * bool(said) + [language for language, _weight in accepted]
    return [language.partition("-")[0].lower() for language in wanted]


def spoken_by(wanted: list[str], center: HelpCenter) -> str:
    """Choose the first language that anything is public in."""
    there = dict(live_languages())
    return next((one for one in wanted if one in there), center.default_language)


def shelves(request: HelpRequest) -> list[tuple[Collection, list[ArticleTranslation]]]:
    """List what is public, each article once, in the reader's language or the nearest."""
    chosen: dict[int, ArticleTranslation] = {}
    for one in ArticleTranslation.objects.public().for_list():
        known = chosen.get(one.article_id)
        if known is None or nearness(request, one) < nearness(request, known):
            chosen[one.article_id] = one
    by_shelf: dict[int, list[ArticleTranslation]] = {}
    for one in sorted(chosen.values(), key=lambda one: one.live_title.casefold()):
        by_shelf.setdefault(one.article.collection_id, []).append(one)
    found = Collection.objects.filter(pk__in=by_shelf).order_by("position", "pk")
    return [(shelf, by_shelf[shelf.pk]) for shelf in found]


def related(request: HelpRequest, to: ArticleTranslation, most: int) -> list[ArticleTranslation]:
    """List some others of the same shelf, first those in the reader's language."""
    public = ArticleTranslation.objects.public()
    others = public.filter(article__collection=to.article.collection_id)
    others = others.exclude(article=to.article_id).order_by(Lower("live_title"), "pk")
    chosen: dict[int, None] = {}
    for rows in (others.filter(language=request.language), others):
        if len(chosen) < most:
            # An article stands there once in each of its languages.
            found = rows.values_list("article_id", flat=True)[: most * len(Language)]
            chosen |= dict.fromkeys(found)
    how = {"language": request.language, "otherwise": request.center.default_language}
    return in_language(public, [*chosen][:most], **how)


def nearness(request: HelpRequest, one: ArticleTranslation) -> int:
    order = [request.language, request.center.default_language]
    return order.index(one.language) if one.language in order else len(order)


def live_languages() -> list[tuple[str, str]]:
    """List the languages in which anything is public."""
    used = ArticleTranslation.objects.public().order_by().values_list("language", flat=True)
    there = set(used.distinct())
    return [(value, label) for value, label in Language.choices if value in there]
