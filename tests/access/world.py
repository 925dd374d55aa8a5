"""Two workspaces with one of everything; made once, since every call is undone."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.actions.api_tokens import create_workspace_token
from accounts.actions.people import remove_member
from accounts.enums import Role, TokenScope
from accounts.models import ApiToken, Browser, Membership, User, Workspace
from accounts.tenancy import scope
from inbox.actions.assignment import assign_conversation, move_conversation
from inbox.actions.contacts import change_contact
from inbox.actions.drafts import save_draft
from inbox.actions.lifecycle import close_conversation, snooze_conversation
from inbox.actions.messaging import send_message
from inbox.actions.outgoing import claim_message, record_failure, record_sent
from inbox.actions.spam import mark_spam
from inbox.actions.triage import mark_read, tag_conversation
from inbox.actions.visitors import sender_of_token
from inbox.enums import DraftKind
from inbox.models import Conversation, ConversationCounter
from tests import factories
from tests.access.digest import digest
from tests.access.mailing import make_mail, make_mailed
from tests.access.people import BEARERS, Bearer, Guest, Person
from tests.mail.posting import make_known_mail_channel
from tests.support.factors import add_app
from tests.support.furnishing import make_blocked, make_policy, make_rule, make_sampled
from tests.support.invitations import make_invitation
from tests.support.knowledge import make_article, make_reply
from tests.support.passkeys import make_passkey

HIDDEN = "Quetzal"  # said in what people limited to the other team must never read
OURS = "Zanzibar"  # said in whatever only this workspace may read
FOREIGN_NUMBERS_FROM = 500
NOTHING = 987_654  # no number and no id
NAMED = ("open", "closed", "snoozed", "spam")  # conversations


class Place:
    """A workspace, and the numbers and ids of its examples."""

    def __init__(self, mark: str, numbers_from: int = 0) -> None:
        self.mark = mark
        self.workspace: Workspace = factories.make_workspace()
        self.ids: dict[str, Any] = {}
        self.hidden: dict[str, Any] = {}  # the same examples, of the other team
        self.tokens: dict[str, str] = {}
        if numbers_from:
            with scope(self.workspace):
                ConversationCounter.objects.create(last=numbers_from)
        self._people()
        self._settings()
        self._talk(self.ids, self.team, mark)
        self._talk(self.hidden, self.other_team, HIDDEN)

    @property
    def slug(self) -> str:
        return self.workspace.slug

    @property
    def email(self) -> str:
        """Whose password alone lets them in."""
        return self.colleague.user.email

    def id_of(self, example: str, person: Person | None = None, *, is_blind: bool = False) -> Any:
        """Return an example's id; ``my_…`` is the person's own, if they have one."""
        if example.startswith("my_"):
            return self.mine.get(person.who if person else "super_admin", {}).get(example, NOTHING)
        return (self.ids | self.hidden if is_blind else self.ids)[example]

    def _people(self) -> None:
        make, place = factories.make_membership, self.workspace
        self.team, self.other_team = factories.make_team(place), factories.make_team(place)
        self.members: dict[str, Membership] = {
            "super_admin": make(place, Role.SUPER_ADMIN),
            "admin": make(place, Role.ADMIN),
            "operator": make(place),
            "limited": make(place, teams=[self.team], limited=True),
            "removed": make(place),
        }
        self.colleague = make(place)
        others = {
            "colleague": self.colleague,
            "other_admin": make(place, Role.ADMIN),
            "other_super_admin": make(place, Role.SUPER_ADMIN),
        }
        self.mine: dict[str, dict[str, Any]] = {
            name: self._own(member) for name, member in self.members.items()
        }
        self.removed_token = factories.make_api_token(self.members["removed"])[1]
        with scope(place):
            remove_member(self.members["removed"], actor=None)
        self.ids |= {name: member.pk for name, member in (self.members | others).items()}

    def _own(self, member: Membership) -> dict[str, Any]:
        token, _secret = factories.make_api_token(member)
        add_app(member.user)
        return {
            "my_token": token.pk,
            "my_reply": make_reply(member, "mine", is_own=True).pk,
            "my_passkey": make_passkey(member.user).pk,
            "my_browser": make_browser(member.user).pk,
        }

    def _settings(self) -> None:
        place, chief = self.workspace, self.members["super_admin"]
        self.channel = factories.make_channel(place, origins=["https://shop.example"])
        self.second_channel = factories.make_channel(place)
        self.strict_channel = factories.make_channel(place, identity_required=True)
        self.mail_channel = make_known_mail_channel(place, self.ids)
        self.no_channel = SimpleNamespace(key="nowhere")
        self.invitation_token = factories.new_token()
        invitation = make_invitation(chief, f"noor@{self.slug}.test", token=self.invitation_token)
        self.ids |= {
            "team": self.team.pk,
            "other_team": self.other_team.pk,
            "channel": self.channel.pk,
            "mail_channel": self.mail_channel.pk,
            "token": factories.make_api_token(self.colleague)[0].pk,
            "blocked": make_blocked(place).pk,
            "policy": make_policy(place).pk,
            "rule": make_rule(place).pk,
            "tag": factories.make_tag(place).pk,
            **make_article(self.members["admin"], versions=1 if self.mark == OURS else 3),
            "reply": make_reply(self.members["admin"], f"{self.mark}-all", is_own=False).pk,
            "invitation": invitation.pk,
            "invited_admin": make_invitation(chief, f"ann@{self.slug}.test", Role.ADMIN).pk,
        }

    def _talk(self, ids: dict[str, Any], team: Any, mark: str) -> None:
        """Make a conversation in every state."""
        actor = self.members["operator"]
        made = {name: self._conversation(team, mark) for name in NAMED}
        made |= make_mailed(self.mail_channel, team, mark)
        file = factories.make_upload(made["open"], actor)
        for name, member in self.members.items():
            if ids is self.ids:
                upload = factories.make_upload(made["open"], member)
                self.mine[name]["my_upload"] = str(upload.public_id)
        with scope(self.workspace):
            later = timezone.now() + timedelta(days=1)
            change_contact(made["closed"].contact, is_vip=True, actor=actor)
            close_conversation(made["closed"], actor=actor)
            mark_spam(made["spam"], actor=actor)
            for member in self.members.values():
                mark_read(made["closed"], actor=member)
            snooze_conversation(made["snoozed"], until=later, actor=actor)
            assign_conversation(made["open"], to=actor, actor=actor)
            tag_conversation(made["open"], name="vip", actor=actor)
            save_draft(
                made["open"],
                kind=DraftKind.REPLY,
                text=mark,
                actor=self.colleague,
                client_id=uuid4(),
            )
            files = [file.public_id]
            failed = send_message(made["open"], text=mark, actor=actor, attachments=files)
            record_failure(failed, reason=mark)
            tomorrow = timezone.now() + timedelta(days=1)
            waiting = send_message(made["open"], text=mark, actor=actor, send_at=tomorrow)
            ids |= {name: Conversation.objects.get(pk=c.pk).number for name, c in made.items()}
        chiefs = [self.members["admin"], self.members["super_admin"]]
        ids |= {
            "sampled": make_sampled(made["closed"], actor).pk,
            "reviewed": make_sampled(made["snoozed"], actor, reviewers=chiefs).pk,
            "file": str(file.public_id),
            "failed": failed.pk,
            "later": waiting.pk,
            "mail": make_mail(made["open"], mark),
            "pictured": make_mail(made["mailed"], mark, is_pictured=True),
            "writer": self.colleague.pk,
            "contact": made["open"].contact_id,
        }
        ids["open_pk"] = made["open"].pk

    def _conversation(self, team: Any, mark: str) -> Conversation:
        sender = f"{mark.lower()}-{next(factories.serial)}"
        made = factories.make_conversation(self.channel, sender, f"{mark} said.")
        with scope(self.workspace):
            return move_conversation(made, to=team, actor=None)


class World:
    """The workspace whose doors are tried, another one, and everybody's keys."""

    def __init__(self) -> None:
        self.here, self.there = Place(OURS), Place("Elsewhere", FOREIGN_NUMBERS_FROM)
        self.cookies = {name: _sign_in(m.user) for name, m in self.here.members.items()}
        stranger = factories.make_user()
        self.cookies["stranger"] = _sign_in(stranger)
        add_app(stranger)
        self.here.mine["stranger"] = {
            "my_passkey": make_passkey(stranger).pk,
            "my_browser": make_browser(stranger).pk,
        }
        chief = self.there.members["super_admin"]
        self.cookies["super_admin_elsewhere"] = _sign_in(chief.user)
        self.here.mine["super_admin_elsewhere"] = self.there.mine["super_admin"]
        self.secrets = {bearer.name: self._secret(bearer) for bearer in BEARERS}
        self._visitor()
        for user in User.objects.all():  # as signing up leaves it
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        self.before = digest()

    def cookie(self, person: Person) -> str | None:
        return self.cookies[person.who] if person.is_signed_in else None

    def visitors_token(self, guest: Guest) -> str:
        return {
            "own": self.token,
            "new": self.other_token,
            "foreign": self.foreign_token,
            "nonsense": "nonsense",
        }.get(guest.token, "")

    def _visitor(self) -> None:
        """Let a visitor speak, and be answered."""
        self.token, self.other_token = factories.new_token(), factories.new_token()
        self.foreign_token = factories.new_token()
        for place, token in ((self.here, self.token), (self.there, self.foreign_token)):
            with scope(place.workspace):
                sender = sender_of_token(place.channel, token)
            spoken = factories.make_conversation(place.channel, sender.value, f"{place.mark} asks.")
            if place is self.here:
                self.spoken = spoken.public_id
            else:
                self.spoken_there = spoken.public_id
            with scope(place.workspace):
                answer = send_message(spoken, text=place.mark, actor=place.members["operator"])
                claim_message(answer.pk)
                record_sent(answer, external_id="")
                close_conversation(spoken, actor=None)

    def _secret(self, bearer: Bearer) -> str:
        members, now, make = self.here.members, timezone.now(), factories.make_api_token
        if bearer.is_workspaces:
            return self._workspace_token(bearer)
        if bearer.membership:
            return make(members[bearer.membership], bearer.scope)[1]
        chief = self.there.members["super_admin"]
        special = {
            "expired": lambda: make(members["admin"], expires_at=now)[1],
            "revoked": lambda: make(members["admin"], revoked_at=now)[1],
            "removed": lambda: self.here.removed_token,
            "elsewhere": lambda: make(chief, TokenScope.ADMIN)[1],
            "nonsense": lambda: "nonsense",
            "made_up": lambda: "hd_" + "x" * 43,
        }
        return special.get(bearer.name, str)()

    def _workspace_token(self, bearer: Bearer) -> str:
        now = timezone.now()
        with scope(self.here.workspace):
            token, secret = create_workspace_token(
                name="Robot",
                role=bearer.role,
                scope=bearer.scope,
                expires_at=now + factories.DAY,
                actor=self.here.members["super_admin"],
            )
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return secret


def make_browser(user: User) -> Browser:
    """Sign somebody in elsewhere."""
    key = _sign_in(user)
    return Browser.objects.get(session_key=key)


def _sign_in(user: User) -> str:
    """Sign in with a password that is fresh enough for every page, however slow the machine."""
    client = Client()
    client.force_login(user)
    session = client.session
    tomorrow = (timezone.now() + timedelta(days=1)).timestamp()
    said = {"method": "password", "at": tomorrow, "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [said]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
    session.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value
