"""Choices of people and workspaces, and the kinds of events that happen to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    SUPER_ADMIN = "super_admin", _("Super admin")
    ADMIN = "admin", _("Admin")
    OPERATOR = "operator", _("Operator")


class AfterClosing(models.TextChoices):
    """Where an operator's screen goes once a conversation is closed."""

    STAY = "stay", _("Stay in the conversation")
    NEXT = "next", _("Go to the next one")
    LIST = "list", _("Go back to the list")


class Taking(models.TextChoices):
    """Whether somebody who answers a conversation of nobody's becomes responsible for it."""

    ASK = "ask", _("Ask me")
    ALWAYS = "always", _("Always")
    NEVER = "never", _("Never")


class EventKind(models.TextChoices):
    """``noun.past_participle``; the labels tell it in the audit log, after somebody's name."""

    WORKSPACE_CREATED = "workspace.created", _("made the workspace")
    SIGN_IN_RULES_CHANGED = "workspace.sign_in_changed", _("changed what sign-in asks for")
    STATISTICS_RULES_CHANGED = (
        "workspace.statistics_changed",
        _("changed statistics and ratings"),
    )
    MEMBERSHIP_JOINED = "membership.joined", _("joined")
    MEMBERSHIP_CHANGED = "membership.changed", _("changed a person's rights")
    MEMBERSHIP_REMOVED = "membership.removed", _("removed a person")
    MEMBERSHIP_PAUSED = "membership.paused", _("went away")
    MEMBERSHIP_RESUMED = "membership.resumed", _("came back")
    TEAM_CREATED = "team.created", _("made a team")
    TEAM_CHANGED = "team.changed", _("changed a team")
    TEAM_DELETED = "team.deleted", _("deleted a team")
    INVITATION_CREATED = "invitation.created", _("invited a person")
    INVITATION_RESENT = "invitation.resent", _("sent an invitation again")
    INVITATION_REVOKED = "invitation.revoked", _("withdrew an invitation")
    API_TOKEN_CREATED = "api_token.created", _("made an API token")
    API_TOKEN_REVOKED = "api_token.revoked", _("revoked an API token")


class TokenScope(models.TextChoices):
    """How far an API token is trusted; each includes those before it."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and answer")
    ADMIN = "admin", _("Everything the person may do")


class LetterState(models.TextChoices):
    """What became of a mail that is owed."""

    QUEUED = "queued", _("On its way")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
