"""Mails beyond their words: as they were laid out, and as they came."""

import re
from collections.abc import AsyncIterator
from html import unescape
from typing import IO
from urllib.parse import unquote

from asgiref.sync import sync_to_async
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Unfinished, WorkspaceRequest
from inbox import file_links, storage
from inbox.actions.remote_pictures import always_load_pictures, stop_loading_pictures
from inbox.connectors.mail.sanitising import sanitise
from inbox.files import CHUNK
from inbox.models import Conversation, Mail, Message
from inbox.models.message import with_files
from inbox.models.picture_sender import note_picture_senders
from inbox.views.access import conversation_for
from inbox.views.state import undoes

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
    """
    Show a mail's HTML, made harmless.

    What lies on other servers is loaded if ``?pictures`` asks for it, or always from this sender.
    """
    conversation, message, mail = _found(request, number, pk)
    if not mail.html:
        raise Http404
    note_picture_senders([mail])
    is_wanted = "pictures" in request.GET or (mail.loads_pictures and not conversation.is_spam)
    body = _with_pictures(sanitise(mail.html), message)
    home = file_links.home() or f"{request.scheme}://{request.get_host()}"
    pictures = f"{home} https: http:"
    if not is_wanted:
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
    *_conversation, mail = _found(request, number, pk)
    if not mail.raw_key:
        raise Http404
    return Unfinished(lambda: _give(mail, f"{number}-{pk}.eml"))


@require_http_methods(["POST", "DELETE"])
def pictures(request: WorkspaceRequest, number: int, pk: int) -> HttpResponse:
    """POST loads the pictures of whoever wrote this mail from now on, DELETE asks again."""
    conversation, _message, mail = _found(request, number, pk)
    stops = undoes(request)
    act = stop_loading_pictures if stops else always_load_pictures
    act(mail, actor=request.membership)
    if not request.htmx:
        return redirect("conversation", number)
    said = (
        _("Pictures from %s are loaded only when you ask.")
        if stops
        else _("Pictures from %s are loaded from now on.")
    )
    context = {"conversation": conversation, "said": said % mail.sender_address}
    return render(request, "inbox/_redrawn.html", context | {"back": "" if stops else request.path})


def _found(request: WorkspaceRequest, number: int, pk: int) -> tuple[Conversation, Message, Mail]:
    conversation = conversation_for(request, number)
    message = get_object_or_404(conversation.messages.filter(is_mail=True), pk=pk)
    with_files([message])
    if message.mail is None:
        raise Http404
    return conversation, message, message.mail


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
