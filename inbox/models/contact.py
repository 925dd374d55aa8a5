from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, OwnedForeignKey, WorkspaceOwned
from accounts.tenancy import ScopedManager
from inbox.enums import ChannelKind
from inbox.models.conversation import Conversation


class ContactQuerySet(models.QuerySet["Contact"]):
    def visible_to(self, membership: Membership) -> "ContactQuerySet":
        """Return whom a person may know of: all, or those of conversations they may open."""
        if membership.sees_everything:
            return self
        seen = Conversation.objects.visible_to(membership)
        return self.filter(models.Exists(seen.filter(contact=models.OuterRef("pk"))))


ContactManager = ScopedManager.from_queryset(ContactQuerySet)


class Contact(WorkspaceOwned):
    """An outside person who writes to the workspace."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)
    # Whom colleagues are to treat with particular care.
    is_vip = models.BooleanField(default=False)
    # Where on the customer's site they last wrote from.
    page_url = models.CharField(max_length=2000, blank=True)
    page_title = models.CharField(max_length=200, blank=True)
    # What their browser told since they wrote: pages, language, zone, where they came from.
    visit = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_heard_at = models.DateTimeField(null=True, blank=True)

    objects = ContactManager()

    class Meta:
        indexes = [models.Index(fields=["workspace", "email"], name="contact_by_email")]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        return self.name or self.email or _("Visitor %d") % self.pk

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.strip() else self.display_name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()

    @property
    def local_time(self) -> str:
        """Return what the clock shows where they are, as far as their browser told."""
        zone = self.visit.get("zone")
        return timezone.localtime(timezone=ZoneInfo(zone)).strftime("%H:%M") if zone else ""

    @property
    def hue(self) -> int:
        """Degrees on the colour wheel, the same wherever the person is drawn."""
        return self.pk * 47 % 360


class ContactHandle(WorkspaceOwned):
    """How a contact is known on one kind of channel: an address, a number, a visitor's hash."""

    contact = OwnedForeignKey(Contact, models.CASCADE, related_name="handles")
    channel_kind = models.CharField(max_length=16, choices=ChannelKind)
    value = models.CharField(max_length=255)
    # The platform or the customer's own site vouches for who this is.
    verified = models.BooleanField(default=False)

    objects = ScopedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "channel_kind", "value"], name="one_contact_per_handle"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
