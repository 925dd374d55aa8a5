"""
Files, for whoever holds an address that we have signed.

The right to see a file was checked when its address was made; here only the address is. What
strangers have sent is shown to browsers as something that can neither run nor reach us.
"""

import re
from collections.abc import AsyncIterator
from typing import IO

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.tenancy import scope_of
from inbox import file_links, storage
from inbox.file_links import Forged, Permit, RanOut
from inbox.files import CHUNK
from inbox.models import Attachment

RANGE = re.compile(r"bytes=(\d{1,15})?-(\d{1,15})?")
MOST_OF_SMALL = 1 << 22
HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Accept-Ranges": "bytes",
}


@require_safe
def serve(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """Show a file, or the part of it that was asked for."""
    if settings.FILES_HOST and request.get_host() != settings.FILES_HOST:
        raise Http404
    try:
        permit = file_links.read(token)
    except Forged as error:
        raise Http404 from error
    except RanOut:
        return _say(_("This link has run out. Open the conversation and try again."), 410)
    return _answer(request, permit, _find(permit))


def _find(permit: Permit) -> Attachment:
    with scope_of(pk=permit.workspace_id):
        file = Attachment.objects.stored().filter(pk=permit.attachment_id).first()
    if file is None:
        raise Http404
    return file


def _answer(request: HttpRequest, permit: Permit, file: Attachment) -> HttpResponseBase:
    headers = HARMLESS | {
        "Cache-Control": f"private, max-age={permit.seconds_left}, immutable",
        "ETag": f'"{file.sha256}{"-small" if permit.is_thumbnail else ""}"',
    }
    if request.headers.get("If-None-Match") == headers["ETag"]:
        return HttpResponse(status=304, headers=headers)
    try:
        if permit.is_thumbnail:
            return _thumbnail(file, headers)
        return _original(request, file, headers)
    except FileNotFoundError:
        return _say(_("This file is not available any more."), 404)
    except storage.StorageAway as error:
        return _say(str(error), error.status)


def _thumbnail(file: Attachment, headers: dict[str, str]) -> HttpResponse:
    with storage.piece(file.small_key, 0, MOST_OF_SMALL) as small:
        return HttpResponse(small.read(), content_type="image/webp", headers=headers)


def _original(request: HttpRequest, file: Attachment, headers: dict[str, str]) -> HttpResponseBase:
    first, last = _range(request.headers.get("Range", ""), file.size)
    if first > last:
        beyond = headers | {"Content-Range": f"bytes */{file.size}"}
        return HttpResponse(status=416, headers=beyond)
    is_part = last - first + 1 < file.size
    saved = not file.is_picture or "download" in request.GET
    headers |= {
        "Content-Length": str(last - first + 1),
        "Content-Type": file.served_type,
        "Content-Disposition": str(content_disposition_header(saved, file.name)),
    }
    if is_part:
        headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    status = 206 if is_part else 200
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    body = _pieces(storage.piece(file.key, first, last - first + 1), last - first + 1)
    return StreamingHttpResponse(body, status=status, headers=headers)


def _range(asked: str, size: int) -> tuple[int, int]:
    """Return the first and last byte wanted (RFC 9110, 14); several ranges are answered with all."""
    found = RANGE.fullmatch(asked)
    if found is None or found.groups() == (None, None):
        return 0, size - 1
    first, last = found.groups()
    if first is None:
        return max(0, size - int(last)), size - 1
    return int(first), min(int(last or size), size - 1)


async def _pieces(file: IO[bytes], length: int) -> AsyncIterator[bytes]:
    """Read on a thread, a little at a time: neither memory nor the loop is filled by a large file."""
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while length > 0 and (piece := await read(min(CHUNK, length))):
            length -= len(piece)
            yield piece
    finally:
        file.close()


def _say(sentence: str, status: int) -> HttpResponse:
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer["Cache-Control"] = "no-store"
    return answer
