"""Choices of what we know, and the kinds of events that happen to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """``noun.past_participle``; a person's own saved replies are nobody else's business."""

    SAVED_REPLY_CREATED = "saved_reply.created", _("wrote a saved reply")
    SAVED_REPLY_CHANGED = "saved_reply.changed", _("changed a saved reply")
    SAVED_REPLY_DELETED = "saved_reply.deleted", _("deleted a saved reply")
