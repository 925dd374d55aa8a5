"""A person's own settings: who they are to others, and how the product speaks to them."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files import File
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts import limits, zones
from accounts.actions.profile import (
    change_news,
    change_photo,
    change_profile,
    change_signature,
    guess_zone,
    remove_photo,
)
from accounts.models import User
from accounts.photos import MOST_BYTES, BadPicture
from accounts.profile_forms import LANGUAGES, PhotoForm, ProfileForm
from accounts.tenancy import scope
from accounts.views.own import Place, own_frame

NEWS = ("notifies", "hides_words", "sounds")


@login_required
@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """GET shows the page; POST keeps what it says."""
    place = Place(request)
    form = ProfileForm(request.POST or None, initial=_facts(place))
    if form.is_bound and form.is_valid():
        _keep(place, **form.cleaned_data)
        return _saved(request)
    return _page(request, place, form)


@login_required
@require_POST
def photo(request: HttpRequest) -> HttpResponse:
    """Put a picture in place of the one before, or take it away."""
    user = cast(User, request.user)
    limits.spend("photo", str(user.pk))
    if "undo" in request.POST:
        remove_photo(user)
        return _saved(request)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            change_photo(user, _read(form.cleaned_data["photo"]))
        except BadPicture as error:
            form.add_error("photo", str(error))
        else:
            return _saved(request)
    place = Place(request)
    return _page(request, place, ProfileForm(initial=_facts(place)), form)


@login_required
@require_POST
def zone(request: HttpRequest) -> HttpResponse:
    """Take the browser's word for the zone, once, from somebody who has not chosen."""
    said = request.POST.get("time_zone", "")
    if said not in zones.names():
        return HttpResponse(status=422)
    guess_zone(cast(User, request.user), said)
    return HttpResponse(status=204)


def _page(
    request: HttpRequest, place: Place, form: ProfileForm, picture: PhotoForm | None = None
) -> HttpResponse:
    context = {
        "section": "profile",
        "form": form,
        "picture": picture or PhotoForm(),
        "languages": LANGUAGES,
        "zones": zones.choices(),
        "zone": zones.zone_of(form["time_zone"].value() or ""),
    }
    status = 422 if form.is_bound or picture else 200
    context |= own_frame(request, place)
    return render(request, "account/profile.html", context, status=status)


def _facts(place: Place) -> dict[str, Any]:
    user, member = place.user, place.membership
    return {
        "name": user.name,
        "public_name": user.public_name,
        "language": user.language,
        "time_zone": user.time_zone,
        "signature": member.signature if member else "",
        **{name: getattr(user, name) for name in NEWS},
    }


def _keep(place: Place, *, signature: str, **said: Any) -> None:
    change_news(place.user, **{name: bool(said.pop(name)) for name in NEWS})
    change_profile(place.user, **said)
    if place.workspace and place.membership:
        with scope(place.workspace):
            change_signature(place.membership, signature)


def _read(upload: "File[bytes]") -> bytes:
    """Read no more than it takes to know that it is too much."""
    return bytes(upload.read(MOST_BYTES + 1))


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, "saved")
    query = request.META["QUERY_STRING"]
    return redirect("/accounts/profile/" + (f"?{query}" if query else ""))
