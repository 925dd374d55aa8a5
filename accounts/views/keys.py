"""A person's own keys."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions.profile import change_keys, reset_keys, switch_letter_keys
from accounts.keys import BadKeys, by_group, shortcuts_of
from accounts.models import User
from accounts.views.own import Place, own_frame


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """GET lists all keys; POST changes those of one shortcut, or brings all of them back."""
    user = cast(User, request.user)
    if request.method == "GET":
        return _page(request)
    if "undo" in request.POST:
        reset_keys(user)
        return _kept(request, "")
    name, keys = request.POST.get("name", ""), request.POST.get("keys", "")
    try:
        change_keys(user, name, keys)
    except BadKeys as error:
        return _page(request, at=name, refusal=str(error))
    return _kept(request, name)


@login_required
@require_POST
def letters(request: HttpRequest) -> HttpResponse:
    """Switch keys that are characters alone on or off."""
    switch_letter_keys(cast(User, request.user), on="on" in request.POST)
    return _kept(request, "letters")


def _page(request: HttpRequest, *, at: str = "", refusal: str = "") -> HttpResponse:
    place = Place(request)
    context = own_frame(request, place) | {
        "section": "keys",
        "groups": by_group(shortcuts_of(place.user)),
        "at": at or next((str(message) for message in messages.get_messages(request)), ""),
        "refusal": refusal,
    }
    return render(request, "account/keys.html", context, status=422 if refusal else 200)


def _kept(request: HttpRequest, name: str) -> HttpResponse:
    """Come back to the same line, where focus was."""
    messages.success(request, name)
    query = request.META["QUERY_STRING"]
    return redirect("/accounts/profile/keys/" + (f"?{query}" if query else ""))
