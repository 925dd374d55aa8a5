"""Shelves, and whether the help centre is open."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import WorkspaceRequest
from accounts.permissions import requires
from knowledgebase.actions.help_center import (
    change_help_center,
    delete_collection,
    name_collection,
)
from knowledgebase.article_forms import CollectionForm, HelpCenterForm
from knowledgebase.enums import Language
from knowledgebase.models import Collection
from knowledgebase.views.articles import MANAGE, knowledge_page

PAGE = "knowledge/_collections.html"


@require_http_methods(["GET", "POST"])
@requires(MANAGE)
def index(request: WorkspaceRequest) -> HttpResponse:
    """POST makes a shelf."""
    form = CollectionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        name_collection(None, actor=request.membership, **form.cleaned_data)
        return redirect("collections")
    shown = form if form.is_bound else None
    return knowledge_page(request, PAGE, form=shown, languages=Language.choices)


@require_POST
@requires(MANAGE)
def change(request: WorkspaceRequest, pk: int) -> HttpResponse:
    """Name a shelf in a language; ``undo`` takes an empty one away."""
    collection = get_object_or_404(Collection.objects.all(), pk=pk)
    if "undo" in request.POST:
        delete_collection(collection, actor=request.membership)
        return redirect("collections")
    form = CollectionForm(request.POST)
    if not form.is_valid():
        return knowledge_page(request, PAGE, form=form, languages=Language.choices)
    name_collection(collection, actor=request.membership, **form.cleaned_data)
    return redirect("collections")


@require_POST
@requires(MANAGE)
def help_center(request: WorkspaceRequest) -> HttpResponse:
    change_help_center(actor=request.membership, **HelpCenterForm.parse(request.POST))
    return redirect("collections")
