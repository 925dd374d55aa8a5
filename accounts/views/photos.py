"""Pictures of people, for everybody who knows their random names."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from accounts.actions.profile import PHOTOS

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def person(request: HttpRequest, name: str) -> HttpResponse:
    """A changed picture has another name, so that this one may be kept."""
    try:
        with default_storage.open(f"{PHOTOS}/{name}.jpg") as file:
            data = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    return HttpResponse(
        data,
        content_type="image/jpeg",
        headers={
            "Cache-Control": FOR_EVER,
            "Content-Disposition": 'inline; filename="picture.jpg"',
            "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
            "Cross-Origin-Resource-Policy": "cross-origin",  # mails show it, too
        },
    )
