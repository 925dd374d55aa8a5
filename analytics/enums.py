"""What is counted, and by what it is told apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FactKind(models.TextChoices):
    """Each is one row of a conversation's history that counts."""

    OPENED = "opened", _("New conversation")
    FIRST_RESPONSE = "first_response", _("First response")
    RESPONSE = "response", _("Response")
    RESOLUTION = "resolution", _("Resolution")
    REOPENED = "reopened", _("Reopened")
    RATED = "rated", _("Rating")
    ASSIGNED = "assigned", _("Assignment")


class Dimension(models.TextChoices):
    """Whose numbers a rollup holds; ``all`` are the workspace's."""

    ALL = "all", _("Everything")
    CHANNEL = "channel", _("Channel")
    TEAM = "team", _("Team")
    OPERATOR = "operator", _("Operator")
