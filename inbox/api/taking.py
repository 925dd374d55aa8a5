"""What the doors have in common that take a file: the whole body is one."""

from typing import Any

from django.http import HttpRequest
from rest_framework.response import Response

from accounts.api_views import ScopedView
from accounts.tenancy import current_workspace
from inbox import uploading
from inbox.models import Attachment
from inbox.uploading import Allowance


class FileView(ScopedView):
    """Takes a file once its view has said whose it is, and no transaction is open."""

    body: HttpRequest

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.body = request  # unread: REST framework would want to understand it

    def take(self, upload: Attachment, allowance: Allowance) -> Response:
        """Answer once the file is stored; what is returned here says nothing."""
        workspace, status = current_workspace(), 200 if upload.is_stored else 201

        def finish() -> Response:
            stored = uploading.complete(workspace, upload, self.body, allowance)
            return Response(stored.for_uploader(), status=status)

        self.finish = finish
        return Response()
