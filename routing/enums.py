"""Choices of routing, and the kinds of events that happen to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Strategy(models.TextChoices):
    """Who gets a team's next conversation."""

    BY_HAND = "by_hand", _("By hand")
    ROUND_ROBIN = "round_robin", _("In turn")
    LEAST_LOADED = "least_loaded", _("To whoever has the fewest open")


class Takeover(models.TextChoices):
    """Who may take over what is somebody's."""

    ANYONE = "anyone", _("Anyone may take over")
    OWNER = "owner", _("The owner keeps it")


class Promise(models.TextChoices):
    """What is promised about time."""

    FIRST_RESPONSE = "first_response", _("First reply")
    NEXT_RESPONSE = "next_response", _("Next reply")
    RESOLUTION = "resolution", _("Solution")


class Trigger(models.TextChoices):
    """When a rule is tried."""

    OPENED = "opened", _("a conversation starts")
    RECEIVED = "received", _("a message arrives")
    STATUS = "status", _("its status changes")
    MOVED = "moved", _("it comes to another team")
    RATED = "rated", _("it is rated")


class EventKind(models.TextChoices):
    RULE_CHANGED = "rule.changed"
    RULE_DELETED = "rule.deleted"
    ROUTING_CHANGED = "routing.changed"
    HOURS_CHANGED = "hours.changed"
    POLICY_CHANGED = "policy.changed"
    POLICY_DELETED = "policy.deleted"
