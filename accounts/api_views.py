"""The bases of API views: work inside a workspace's scope, and let tokens in."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import doors
from accounts.enums import TokenScope
from accounts.errors import DomainError, if_possible
from accounts.http import address_of, place_of
from accounts.limits import TooMany, spend
from accounts.models import ApiToken, Membership
from accounts.models.api_token import hash_secret
from accounts.permissions import CheckedByView, NotAllowed, Permission, is_trusted, may
from accounts.second_factor import SecondFactorNeeded, is_kept_out
from accounts.tenancy import current_workspace, scope_of

BEARER = re.compile(r"(?i:bearer) (hd_[A-Za-z0-9_-]{43})")
SECRET = re.compile(r"hd_[A-Za-z0-9_-]{43}")
SECRET_NAMES = frozenset(
    ["access_token", "api_key", "apikey", "auth", "authorization", "bearer", "secret", "token"]
)
SAFE_METHODS = frozenset(["GET", "HEAD"])


class Unknown(DomainError):
    code: ClassVar[str] = "bad_token"
    status: ClassVar[int] = 401


class TokenInAddress(DomainError):
    code: ClassVar[str] = "token_in_url"
    status: ClassVar[int] = 400


class ScopedView(APIView, ABC):
    """Answers inside the workspace that the request is for; a refusal undoes what was written."""

    keeps = False  # what was written stays, although the answer is an error
    # What remains to be done, and to be answered, once the transaction has ended.
    finish: Callable[[], Response] | None = None

    @abstractmethod
    def find_workspace(self, request: HttpRequest) -> int | None:
        """Return the id of the workspace that the request is for."""

    def enter(self) -> None:
        """Read what the view needs first, now that there is a workspace."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        workspace_id = self.find_workspace(request)
        if workspace_id is None:
            return super().dispatch(request, *args, **kwargs)
        with scope_of(pk=workspace_id):
            self.enter()
            answer = super().dispatch(request, *args, **kwargs)
            if answer.status_code >= status.HTTP_400_BAD_REQUEST and not self.keeps:
                # DRF has already turned the exception into this response.
                transaction.set_rollback(True)
        return self._finished(answer)

    def _finished(self, answer: HttpResponseBase) -> HttpResponseBase:
        if self.finish is None or answer.status_code >= status.HTTP_400_BAD_REQUEST:
            return answer
        try:
            last = self.finish()
        except DomainError as error:
            last = self.handle_exception(error)
        return self.finalize_response(self.request, last, *self.args, **self.kwargs)

    def handle_exception(self, exc: Exception) -> Response:
        response = super().handle_exception(exc)
        if isinstance(exc, TooMany):
            response["Retry-After"] = str(exc.retry_after)
        return response


class TokenView(ScopedView):
    """Lets the bearer of an API token in, and does what the token's person or role may."""

    permission_classes = [CheckedByView]
    metadata_class = None
    permission: ClassVar[Permission | None] = None  # a view that names none answers nobody
    token: ApiToken | None = None
    calls_left: int | None = None

    @property
    def bearer(self) -> Membership:
        """Whose eyes the request sees with."""
        return self._token.bearer

    @property
    def actor(self) -> Membership | None:
        """Who does what is done; None is the workspace itself."""
        return self._token.membership

    @property
    def _token(self) -> ApiToken:
        if self.token is None:
            raise Unknown(_("Send a valid token as “Authorization: Bearer hd_…”."))
        return self.token

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        answer = super().dispatch(request, *args, **kwargs)
        now = timezone.now()
        # Apart from the work, so that a refused call counts too and nobody waits for the row.
        if self.token and not self.token.is_used_at(now):
            with if_possible(), scope_of(pk=self.token.workspace_id):
                rows = ApiToken.objects.filter(pk=self.token.pk)
                rows.update(last_used_at=now, last_used_from=address_of(request))
        return answer

    def find_workspace(self, request: HttpRequest) -> int | None:
        # Two headers arrive as one with a comma, which is no token.
        found = BEARER.fullmatch(request.META.get("HTTP_AUTHORIZATION", ""))
        if found is None:
            return None
        self._hash = hash_secret(found[1])
        return doors.workspace_of_api_token(self._hash)

    def enter(self) -> None:
        usable = ApiToken.objects.usable(timezone.now()).filter(token_hash=self._hash)
        self.token = usable.select_related("membership__user").first()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        refuse_token_in_address(request)
        try:
            token = self._token
        except Unknown:
            # Whoever tries tokens is slowed down; their neighbours with good ones are not.
            spend("bad-token", place_of(request))
            raise
        self.calls_left = 0
        self.calls_left = spend("api", str(token.pk))
        spend("api-workspace", str(token.workspace_id))
        super().initial(request, *args, **kwargs)
        if token.membership and is_kept_out(token.membership.user, current_workspace()):
            raise SecondFactorNeeded
        changes = request.method not in SAFE_METHODS
        if self.permission is None or not may(token.bearer, self.permission):
            raise NotAllowed(_("This token's role may not do that."))
        if not is_trusted(TokenScope(token.scope), self.permission, changes=changes):
            raise NotAllowed(_("This token's scope does not reach that far."))

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "no-store"
        if answer.status_code == status.HTTP_401_UNAUTHORIZED:
            answer["WWW-Authenticate"] = "Bearer"
        if self.calls_left is not None:
            answer["RateLimit-Limit"] = str(settings.LIMITS["api"][0])
            answer["RateLimit-Remaining"] = str(self.calls_left)
        return answer


def refuse_token_in_address(request: Request) -> None:
    """Addresses are kept in logs and histories: no secret may be in one."""
    named = SECRET_NAMES & {name.lower() for name in request.query_params}
    said = [
        request.path,
        *[value for _name, values in request.query_params.lists() for value in values],
    ]
    if named or any(SECRET.search(text) for text in said):
        raise TokenInAddress(
            _("Tokens do not belong into addresses. Revoke this one and send the header instead.")
        )
