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


class EventKind(models.TextChoices):
    REVIEW_GIVEN = "quality_review.given"
    REVIEW_REVISED = "quality_review.revised"
    REVIEW_WITHDRAWN = "quality_review.withdrawn"


class Mark(models.TextChoices):
    """What a reviewer says to one criterion; in the order of their keys, 1 2 3 0."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    NOT_ASKED = "none", _("Not asked")


class Criterion(models.TextChoices):
    """What a conversation is reviewed for, in this order."""

    TASK = "task", _("Task completed")
    HAPPY = "happy", _("Happy with the solution")
    SPEED = "speed", _("Closing speed")
    KNOWLEDGE = "knowledge", _("Knowledge base used")
    OPTIONS = "options", _("All options presented")
    NEXT_STEPS = "next_steps", _("Next steps recommended")
    TONE = "tone", _("Friendly tone")
    OVERALL = "overall", _("Overall")
