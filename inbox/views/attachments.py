"""Files of a conversation: given by operators, and shown to those who may see it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Unfinished, WorkspaceRequest
from accounts.prepared import Place, Prepared
from inbox import uploading
from inbox.actions.uploads import begin_upload, drop_upload, holder_of_member
from inbox.enums import MessageKind
from inbox.files import in_words
from inbox.forms.conversations import UploadForm
from inbox.models import Attachment, Conversation
from inbox.views.access import conversation_for

KEPT = 240  # seconds that a browser may know the way to a file: less than the way is open


def _waiting(holder: Place, conversation: Place) -> QuerySet[Attachment]:
    mine = Attachment.objects.unsent(holder).filter(conversation=conversation)
    return mine.filter(is_inline=False).order_by("pk")  # what stands in the words is seen there


WAITING = Prepared(_waiting, "holder", "conversation")


@require_http_methods(["GET", "PUT", "DELETE"])
def attachment(request: WorkspaceRequest, number: int, public_id: UUID) -> HttpResponse:
    """PUT takes a file, which is the body; GET leads to it; DELETE forgets one that is not sent."""
    conversation = conversation_for(request, number)
    if request.method == "PUT":
        return _take(request, conversation, public_id)
    if request.method == "GET":
        link = _visible(request, conversation, public_id).link()
        return _lead_to(f"{link}?download" if "download" in request.GET else link)
    mine = Attachment.objects.unsent(holder_of_member(request.membership))
    drop_upload(get_object_or_404(mine, conversation=conversation, public_id=public_id))
    return HttpResponse(status=204)


@require_http_methods(["GET", "PUT", "DELETE"])
def first(request: WorkspaceRequest, public_id: UUID) -> HttpResponse:
    """The same for a message that has no conversation yet: its files are their giver's alone."""
    if request.method == "PUT":
        return _take(request, None, public_id)
    unsent = Attachment.objects.unsent(holder_of_member(request.membership))
    mine = get_object_or_404(unsent, conversation=None, public_id=public_id)
    if request.method == "GET":
        return _lead_to(mine.link())
    drop_upload(mine)
    return HttpResponse(status=204)


@require_GET
def thumbnail(request: WorkspaceRequest, number: int, public_id: UUID) -> HttpResponse:
    """Lead to the small picture, or to the large one while there is none."""
    file = _visible(request, conversation_for(request, number), public_id)
    return _lead_to(file.thumbnail_link() or file.link())


def waiting_files(request: WorkspaceRequest, conversation: Conversation) -> dict[str, Any]:
    """Return what the composer shows of files: those already given, and how many may be."""
    found = WAITING(holder=holder_of_member(request.membership), conversation=conversation.pk)
    kinds = {"reply": MessageKind.OUTGOING, "note": MessageKind.NOTE}
    uploads = {
        what: [file for file in found if file.meant_for == kind] for what, kind in kinds.items()
    }
    return {"uploads": uploads, "limits": limits()}


def chosen_files(request: WorkspaceRequest) -> list[Attachment]:
    """Return the uploads that a form names which was refused."""
    try:
        ids = [UUID(one) for one in request.POST.getlist("attachments")]
    except ValueError:
        return []
    mine = Attachment.objects.unsent(holder_of_member(request.membership))
    return list(mine.filter(public_id__in=ids, is_inline=False).order_by("pk"))


def limits() -> dict[str, Any]:
    """Return how many files a message may have, and how large."""
    size = settings.ATTACHMENT_MAX_BYTES
    return {"files": settings.ATTACHMENTS_PER_MESSAGE, "bytes": size, "size": in_words(size)}


def _take(
    request: WorkspaceRequest, conversation: Conversation | None, public_id: UUID
) -> HttpResponse:
    said = UploadForm.check(request.GET)
    holder = holder_of_member(request.membership)
    allowance = uploading.allowance_of_member(holder)
    allowance.spend_file()
    upload = begin_upload(
        public_id,
        name=said["name"],
        holder=holder,
        conversation=conversation,
        meant_for=said["what"],
        is_inline=said["inline"],
    )

    status = 200 if upload.is_stored else 201

    def finish() -> HttpResponse:
        stored = uploading.complete(request.workspace, upload, request, allowance)
        return JsonResponse(stored.for_uploader(), status=status)

    return Unfinished(finish)


def _visible(request: WorkspaceRequest, conversation: Conversation, public_id: UUID) -> Attachment:
    mine = Q(message=None, holder=holder_of_member(request.membership))
    sent = Q(message__conversation=conversation)
    there = Attachment.objects.stored().filter(conversation=conversation, public_id=public_id)
    return get_object_or_404(there.filter(sent | mine))


def _lead_to(link: str) -> HttpResponse:
    way = {"Cache-Control": f"private, max-age={KEPT}"}
    return HttpResponseRedirect(link, headers=way)
