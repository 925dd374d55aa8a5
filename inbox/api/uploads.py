"""A visitor's files, before they are sent (docs/widget-api.md)."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.http import place_of
from accounts.limits import spend
from inbox.actions.uploads import begin_upload, drop_upload, holder_of_visitor
from inbox.api.serializers import UploadSerializer
from inbox.api.taking import FileView
from inbox.api.visitors import VisitorView
from inbox.enums import MessageKind
from inbox.models import Attachment
from inbox.uploading import allowance_of_visitor


class UploadView(VisitorView, FileView):
    def put(self, request: Request, public_id: UUID) -> Response:
        """Take a file, which is the body; the same id again is the same file."""
        spend("visitor-file", self.token)
        allowance = allowance_of_visitor(place_of(request))
        allowance.spend_file()
        said = UploadSerializer(data=request.query_params)
        said.is_valid(raise_exception=True)
        upload = begin_upload(
            public_id,
            name=said.validated_data["name"],
            holder=self._holder(),
            meant_for=MessageKind.INCOMING,
        )
        return self.take(upload, allowance)

    def delete(self, request: Request, public_id: UUID) -> Response:
        """Forget a file that was not sent."""
        mine = Attachment.objects.unsent(self._holder())
        drop_upload(get_object_or_404(mine, public_id=public_id))
        return Response(status=204)

    def _holder(self) -> str:
        return holder_of_visitor(self.channel, self.sender.value)
