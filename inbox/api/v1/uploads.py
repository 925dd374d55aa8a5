"""Files of programs, before they are sent."""

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from inbox.actions.uploads import begin_upload, holder_of_member
from inbox.api.taking import FileView
from inbox.api.v1 import serializers as show
from inbox.api.v1.base import ApiView
from inbox.api.v1.describing import describe
from inbox.uploading import allowance_of_member


class UploadView(ApiView, FileView):
    query_of_changes = show.UploadQuery

    @describe("upload_attachment", show.Upload, asks=show.UploadQuery, takes=bytes, status=201)
    def put(self, request: Request, number: int, public_id: UUID) -> Response:
        """
        Take a file, which is the whole body; name its id in `attachments` of a reply or note.

        Choose the id yourself: the same again is the same file. What is not sent within a day is
        forgotten.
        """
        holder = holder_of_member(self.actor)
        allowance = allowance_of_member(holder)
        allowance.spend_file()
        upload = begin_upload(
            public_id,
            name=self.asked["name"],
            holder=holder,
            conversation=self.conversation(number),
        )
        return self.take(upload, allowance)
