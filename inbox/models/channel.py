import secrets
from typing import Any

from django.db import models
from django.db.models import Q

from accounts.models import OwnedForeignKey, Team, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import ChannelKind
from inbox.models.fields import EncryptedJSONField
from inbox.models.webchat import Webchat


def new_key() -> str:
    return secrets.token_urlsafe(18)


class ChannelQuerySet(models.QuerySet["Channel"]):
    def for_list(self) -> "ChannelQuerySet":
        return self.order_by("name", "pk")

    def called(self, words: str) -> "ChannelQuerySet":
        """Find what has the words in its name, its address or its team's name."""
        places = Q(config__address__icontains=words) | Q(config__origins__icontains=words)
        return self.filter(places | Q(name__icontains=words) | Q(team__name__icontains=words))

    def with_address(self, address: str) -> "ChannelQuerySet":
        return self.filter(kind=ChannelKind.EMAIL, config__address=address.lower())


ChannelManager = ScopedManager.from_queryset(ChannelQuerySet)


class Channel(WorkspaceOwned):
    """A configured source of conversations; its connector speaks the platform's protocol."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=ChannelKind)
    # Names the channel in public addresses; random, so that knowing one tells of no other.
    key = models.CharField(max_length=43, unique=True, default=new_key)
    config = models.JSONField(default=dict)
    secrets = EncryptedJSONField(default=dict)
    team = OwnedForeignKey(Team, models.SET_NULL, null=True, blank=True, related_name="+")
    enabled = models.BooleanField(default=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ChannelManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="channel_name_once")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def origins(self) -> list[str]:
        """Web origins whose pages may show a webchat channel's panel."""
        origins: list[str] = self.config.get("origins", [])
        return origins

    @property
    def identity_required(self) -> bool:
        return bool(self.config.get("identity_required"))

    @property
    def address(self) -> str:
        """The mail address of a channel of kind e-mail."""
        said: str = self.config.get("address", "")
        return said

    @property
    def is_unfinished(self) -> bool:
        """Tell whether a mail channel is still being set up."""
        return bool(self.config.get("unfinished"))

    @property
    def webchat(self) -> Webchat:
        return Webchat.read(self.config)

    def setting(self, name: str, default: Any = "") -> Any:
        return self.config.get(name, default)
