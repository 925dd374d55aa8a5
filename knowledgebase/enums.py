"""Choices of what we know, and the kinds of events that happen to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What articles are written in; each calls itself by its own name."""

    ENGLISH = "en", "English"
    RUSSIAN = "ru", "Русский"
    CHINESE = "zh", "中文"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"
    PORTUGUESE = "pt", "Português"


class Audience(models.TextChoices):
    INTERNAL = "internal", _("Everybody who works here")
    TEAM = "team", _("One team")
    PUBLIC = "public", _("Everyone, also customers")


class VersionKind(models.TextChoices):
    """Why a version was kept."""

    SAVED = "saved", _("Before somebody wrote on")
    PUBLISHED = "published", _("Published")
    CONFLICT = "conflict", _("Written at the same time")
    RESTORED = "restored", _("Before an older version came back")


class Missing(models.TextChoices):
    """What an article lacked for somebody whom it did not help."""

    CASE = "case", _("I did not find my case")
    USELESS = "useless", _("I did it, and it did not help")
    HARD = "hard", _("Hard to understand")
    UNTRUE = "untrue", _("It is not true any more")


class EventKind(models.TextChoices):
    """``noun.past_participle``; a person's own saved replies are nobody else's business."""

    SAVED_REPLY_CREATED = "saved_reply.created", _("wrote a saved reply")
    SAVED_REPLY_CHANGED = "saved_reply.changed", _("changed a saved reply")
    SAVED_REPLY_DELETED = "saved_reply.deleted", _("deleted a saved reply")
    ARTICLE_CREATED = "article.created", _("began an article")
    ARTICLE_CHANGED = "article.changed", _("changed who reads an article, or where it stands")
    ARTICLE_PUBLISHED = "article.published", _("published an article")
    ARTICLE_UNPUBLISHED = "article.unpublished", _("took an article back")
    ARTICLE_RESTORED = "article.restored", _("brought back an article's older version")
    HELP_CENTER_CHANGED = "help_center.changed", _("changed the help centre")
