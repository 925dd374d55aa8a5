"""People, places and words for tests. Each opens the scope it needs."""

import secrets
from datetime import timedelta
from itertools import count
from uuid import uuid4

from django.utils import timezone

from accounts.actions.api_tokens import create_personal_token
from accounts.actions.workspaces import create_workspace
from accounts.enums import Role, TokenScope
from accounts.models import ApiToken, Membership, Team, TeamMembership, User, Workspace
from accounts.tenancy import scope
from inbox.actions.channels import create_webchat
from inbox.actions.receiving import receive_message
from inbox.actions.uploads import begin_upload, finish_upload, holder_of_member
from inbox.connectors.base import IncomingMessage, Sender
from inbox.files import Facts
from inbox.models import Attachment, Channel, Conversation, Tag

serial = count(1)
DAY = timedelta(days=1)
PASSWORD = "correct horse battery"


def make_user(name: str = "") -> User:
    n = next(serial)
    return User.objects.create_user(f"user-{n}@acme.test", PASSWORD, name=name or f"User {n}")


def make_workspace() -> Workspace:
    n = next(serial)
    return create_workspace(name=f"Acme {n}", slug=f"acme-{n}", owner=make_user("Olive Winter"))[0]


def make_membership(
    workspace: Workspace, role=Role.OPERATOR, *, teams=(), limited=False, name=""
) -> Membership:
    user = make_user(name)
    with scope(workspace):
        membership = Membership.objects.create(user=user, role=role, limited_to_teams=limited)
        for team in teams:
            TeamMembership.objects.create(team=team, membership=membership)
    return membership


def make_team(workspace: Workspace, name: str = "") -> Team:
    with scope(workspace):
        return Team.objects.create(name=name or f"Team {next(serial)}")


def make_tag(workspace: Workspace, name="vip") -> Tag:
    with scope(workspace):
        return Tag.objects.create(name=name)


def make_api_token(
    membership: Membership, scope_of_token=TokenScope.WRITE, **fields
) -> tuple[ApiToken, str]:
    """Make a token that was used just now, so that using it writes nothing."""
    now = timezone.now()
    with scope(membership.workspace):
        token, secret = create_personal_token(
            membership, name="Test", scope=TokenScope.READ, expires_at=now + DAY, actor=membership
        )
        # A token may be older than its person's role, and reach further than that does now.
        facts = {"last_used_at": now, "scope": scope_of_token} | fields
        ApiToken.objects.filter(pk=token.pk).update(**facts)
    return token, secret


def make_channel(workspace: Workspace, team=None, **config) -> Channel:
    with scope(workspace):
        channel = create_webchat(name=f"Website {next(serial)}", config=config, actor=None)
        if team:
            channel.team = team
            channel.save(update_fields=["team"])
        return channel


def make_upload(conversation: Conversation, member: Membership, **facts) -> Attachment:
    """Make a file that was stored and not sent, without its bytes."""
    said = {"size": 9, "sha256": "0" * 64, "content_type": "image/png", "width": 4, "height": 3}
    with scope(conversation.workspace):
        holder = holder_of_member(member)
        upload = begin_upload(uuid4(), name="a.png", holder=holder, conversation=conversation)
        return finish_upload(upload, Facts(**said | facts))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def incoming(sender="ada", text="Hello", external_id=None, **fields) -> IncomingMessage:
    return IncomingMessage(
        external_id=external_id or str(next(serial)),
        sender=Sender(sender, sender.title()),
        text=text,
        sent_at=timezone.now(),
        client_id=uuid4(),
        **fields,
    )


def make_conversation(channel: Channel, sender=None, text="Hello") -> Conversation:
    with scope(channel.workspace):
        said = incoming(sender or f"visitor-{next(serial)}", text)
        conversation = receive_message(channel, said).conversation
        return Conversation.objects.with_people().get(pk=conversation.pk)
