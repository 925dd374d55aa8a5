"""Mails beyond their words: as they were laid out, and as they came."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import IO
from urllib.parse import unquote

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import escape
from django.views.decorators.http import require_GET

from accounts.http import Unfinished, WorkspaceRequest
from inbox import file_links, storage
from inbox.connectors.mail.sanitising import sanitise
from inbox.files import CHUNK
from inbox.models import Mail, Message
from inbox.models.message import with_files
from inbox.views.access import conversation_for

CID = re.compile(r'src="cid:([^"]*)"', re.IGNORECASE)
REMOTE = re.compile(r'(<img\b[^>]*?) src="(?:https?:)?//[^"]*"', re.IGNORECASE)
# The second wall: nothing in the frame runs, is sent anywhere, or knows who looks.
POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "img-src {pictures}; style-src 'unsafe-inline'; frame-ancestors 'self'; "
    "form-action 'none'; base-uri 'none'"
)
PAGE = (
    '<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer">'
    "<style>html{{background:#fff;color:#1c1c1c;font:14px/1.5 sans-serif;color-scheme:light}}"
    "body{{margin:12px;overflow-wrap:anywhere}}img{{max-width:100%;height:auto}}"
    "blockquote{{margin:8px 0;padding-left:12px;border-left:2px solid #ccc}}</style>{body}"
)


@require_GET
def layout(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Show a mail's HTML, made harmless; ``?pictures`` also loads what lies on other servers."""
    message, mail = _found(request, number, pk)
    if not mail.html:
        raise Http404
    body = _with_pictures(sanitise(mail.html), message)
    home = file_links.home() or f"{request.scheme}://{request.get_host()}"
    pictures = f"{home} https: http:"
    if "pictures" not in request.GET:
        # The policy would stop it, too, but would leave the sign of a broken picture.
        body, pictures = REMOTE.sub(r"\1", body), home
    headers = {
        "Content-Security-Policy": POLICY.format(pictures=pictures),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return HttpResponse(PAGE.format(body=body), headers=headers)


@require_GET
def original(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """Give the mail as it came."""
    _, mail = _found(request, number, pk)
    if not mail.raw_key:
        raise Http404
    return Unfinished(lambda: _give(mail, f"{number}-{pk}.eml"))


def _found(request: WorkspaceRequest, number: int, pk: int) -> tuple[Message, Mail]:
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages.filter(is_mail=True), pk=pk)
    with_files([message])
    if message.mail is None:
        raise Http404
    return message, message.mail


def _with_pictures(html: str, message: Message) -> str:
    """Lead to the files what the mail shows by their names in it."""
    files = {file.content_id.lower(): file for file in message.files() if file.content_id}

    def lead(found: re.Match[str]) -> str:
        file = files.get(unquote(unescape(found[1])).lower())
        return f'src="{escape(file.link())}"' if file and file.is_picture else 'src=""'

    return CID.sub(lead, html)


def _give(mail: Mail, name: str) -> HttpResponse:
    try:
        file = storage.piece(mail.raw_key, 0, mail.raw_size)
    except FileNotFoundError as error:
        raise Http404 from error
    headers = {
        "Content-Length": str(mail.raw_size),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    body = _pieces(file)
    return StreamingHttpResponse(body, content_type="message/rfc822", headers=headers)  # type: ignore[return-value]


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    read = sync_to_async(file.read, thread_sensitive=False)
    try:
        while piece := await read(CHUNK):
            yield piece
    finally:
        file.close()
