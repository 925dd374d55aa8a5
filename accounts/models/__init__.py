from accounts.models.api_token import ApiToken
from accounts.models.base import OwnedForeignKey, WorkspaceOwned
from accounts.models.browser import Browser
from accounts.models.event import Event, FollowUp, subject_kind
from accounts.models.heartbeat import Heartbeat
from accounts.models.idempotent_answer import IdempotentAnswer
from accounts.models.invitation import Invitation, InvitationTeam
from accounts.models.letter import Letter
from accounts.models.membership import Membership
from accounts.models.team import Team, TeamMembership
from accounts.models.user import User
from accounts.models.workspace import Workspace

__all__ = [
    "ApiToken",
    "Browser",
    "Event",
    "FollowUp",
    "Heartbeat",
    "IdempotentAnswer",
    "Invitation",
    "InvitationTeam",
    "Letter",
    "Membership",
    "OwnedForeignKey",
    "Team",
    "TeamMembership",
    "User",
    "Workspace",
    "WorkspaceOwned",
    "subject_kind",
]
