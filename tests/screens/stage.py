"""Furnish the running product with a shop's working day, the same every time."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any
from unittest.mock import patch
from uuid import UUID

from helpdesk import embedded

SMALL = 36  # stories of the demo: a list that scrolls
INVITED = "noor@acme.test"
INVITATION = "i" * 43
FRESH, DONE = "northwind", "fjord-tea"  # workspaces without a conversation, and without an open one
FORM_CHAT, ALL_ASKED = "pictured-offline-form", "pictured-form-first"


def furnish() -> dict[str, Any]:
    """Tell everything that the pictures show; return the numbers of what they open."""
    from django.utils import timezone

    from accounts.models import Workspace
    from helpdesk.demo import fill, plan

    now, acme = timezone.now(), Workspace.objects.get(slug="acme")
    with patch.object(plan, "COUNT", SMALL):
        fill.fill(acme)
    return _tell_scenes(acme, now) | _settings(acme) | _other_workspaces()


def _tell_scenes(acme: Any, now: datetime) -> dict[str, Any]:
    from accounts import courier
    from accounts.tenancy import scope
    from helpdesk.demo import clock, fill
    from tests.screens import scenes, talks

    told = {}
    with scope(acme):
        stage = fill._Stage()
    for number, scene in enumerate(talks.SCENES, 9001):
        story = scene.story(number, now)
        with courier.silenced(), clock.moved(story.steps[0].at) as hands, scope(acme):
            performance = scenes.Performance(stage, story, hands)
            with fill._all_or_nothing():
                performance.run()
        told[scene.name] = performance.conversation.number
        chat = performance.conversation
    photo = now - timedelta(minutes=22)
    scenes.send_photo(acme, chat, "Here it is, this is the one", photo)
    return told | _mails(acme, now)


def _mails(acme: Any, now: datetime) -> dict[str, Any]:
    from accounts import courier
    from accounts.models import Membership
    from accounts.tenancy import scope
    from helpdesk.demo import clock
    from inbox import intake
    from inbox.actions import assignment, messaging, outgoing
    from inbox.models import Channel
    from tests.screens.letters import LETTERS, REPLY

    with scope(acme):
        channel = Channel.objects.get(kind="email")
        olga = Membership.objects.select_related("user").get(user__email="olga@acme.test")
    first, *later = LETTERS
    arrived = now - timedelta(hours=4, minutes=20)
    with courier.silenced():
        with clock.moved(arrived):
            raw = _letter(first, arrived)
            conversation = intake.take_in(
                acme, channel, raw, received_at=arrived
            ).message.conversation
        with clock.moved(now - timedelta(hours=3)), scope(acme):
            assignment.assign_conversation(conversation, to=olga, actor=olga)
            reply = messaging.send_message(
                conversation, text=REPLY, actor=olga, client_id=UUID(int=7)
            )
            claimed = outgoing.claim_message(reply.pk)
            answered = claimed.mail.mail_id
            outgoing.record_sent(claimed, external_id=answered)
        for letter in later:
            arrived = now - timedelta(minutes=letter["ago"])
            with clock.moved(arrived):
                intake.take_in(
                    acme, channel, _letter(letter, arrived, answered), received_at=arrived
                )
    return {"mail": conversation.number}


def _letter(told: dict[str, Any], at: datetime, answers: str = "") -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = told["from"], "support@acme.test", told["subject"]
    mail["Message-ID"], mail["Date"] = told["id"], at
    if answers and told["is_reply"]:
        mail["In-Reply-To"] = answers
    mail.set_content(told["text"])
    mail.add_alternative(told["html"], subtype="html")
    for name, kind, content in told["files"]:
        mail.add_attachment(
            content, maintype=kind.split("/")[0], subtype=kind.split("/")[1], filename=name
        )
    return bytes(mail)


REFUNDS = {
    "join": "all",
    "of": [
        {"ask": "text", "is": True, "values": ["refund", "money back"]},
        {"join": "any", "of": [{"ask": "vip", "is": True, "values": []}]},
    ],
}


def _settings(acme: Any) -> dict[str, Any]:
    from django.template.loader import render_to_string
    from django.utils import timezone

    from accounts.actions.api_tokens import create_personal_token, create_workspace_token
    from accounts.actions.habits import change_habits
    from accounts.enums import Role, TokenScope
    from accounts.models import Membership, Team
    from accounts.tenancy import scope
    from inbox.actions.channels import create_webchat
    from inbox.models import Channel
    from inbox.views.demo import CHANNEL_KEY
    from knowledgebase.models import ArticleTranslation, SavedReply
    from tests.screens.scenes import ASKED, CHAT
    from tests.support.factors import add_app, code_at
    from tests.support.furnishing import make_policy, make_rule
    from tests.support.invitations import make_invitation
    from tests.support.passkeys import make_passkey

    with scope(acme):
        people = {m.user.email.split("@")[0]: m for m in Membership.objects.select_related("user")}
        owner, soon = people["owner"], timezone.now() + timedelta(days=60)
        create_webchat(name="Workshop counter", config=CHAT, actor=owner, key=FORM_CHAT)
        create_webchat(name="Dealers", config=ASKED, actor=owner, key=ALL_ASKED)
        for name, scope_of_token in (
            ("Warehouse display", TokenScope.READ),
            ("Order sync", TokenScope.WRITE),
        ):
            create_workspace_token(
                name=name, role=Role.OPERATOR, scope=scope_of_token, expires_at=soon, actor=owner
            )
        create_personal_token(
            people["admin"],
            name="Notebook",
            scope=TokenScope.READ,
            expires_at=soon,
            actor=people["admin"],
        )
        website = Channel.objects.get(key=CHANNEL_KEY)
        mailbox = Channel.objects.get(kind="email")
        team = Team.objects.get(name="Technical")
        reply = SavedReply.objects.get(shortcut="where")
        lights = ArticleTranslation.objects.select_related("article")
        article = lights.get(title="What the pack lights mean")
        change_habits(
            people["marta"], undo_seconds=0
        )  # whose answers go out while time stands still
    make_invitation(owner, INVITED, Role.OPERATOR, teams=[team], token=INVITATION)
    make_invitation(people["admin"], "tomasz@acme.test")
    add_app(people["chen"].user)
    return {
        "invitation": INVITATION,
        "passkey": make_passkey(people["chen"].user).pk,
        "website": website.pk,
        "mailbox": mailbox.pk,
        "500": render_to_string("500.html"),
        "code": code_at(timezone.now().timestamp()),
        "team": team.pk,
        "reply": reply.pk,
        "article": article.article_id,
        "address": article.address,
        "shelf": article.article.collection_id,
        "member": people["sam"].pk,
        "policy": make_policy(acme).pk,
        "rule": make_rule(acme, is_on=True, conditions=REFUNDS).pk,
    } | _reviews(acme)


def _reviews(acme: Any) -> dict[str, Any]:
    """Return a conversation that was reviewed, and one that nobody has reviewed any more."""
    from accounts.tenancy import scope
    from analytics.models import SampledConversation

    with scope(acme):
        drawn = SampledConversation.objects.order_by("-sample", "place")
        given = drawn.filter(reviews__given_at__isnull=False)
        waiting = drawn[1]
        waiting.reviews.all().delete()
        return {"to_review": waiting.pk, "reviewed": given[0].pk}


def _other_workspaces() -> dict[str, Any]:
    from django.utils import timezone

    from accounts.actions.workspaces import create_workspace
    from accounts.models import User
    from accounts.tenancy import scope
    from inbox.actions.channels import create_webchat
    from inbox.actions.lifecycle import close_conversation
    from inbox.actions.receiving import receive_message
    from inbox.connectors.base import IncomingMessage, Sender

    owner = User.objects.get(email="owner@acme.test")
    for name, slug in (("Northwind", FRESH), ("Fjord Tea", DONE)):
        workspace, member = create_workspace(name=name, slug=slug, owner=owner)
        with scope(workspace):
            channel = create_webchat(name="Website", config={}, actor=member)
            if slug == DONE:
                said = IncomingMessage(
                    "1", Sender("1", "Ida"), "Do you ship tea to Norway?", timezone.now()
                )
                close_conversation(receive_message(channel, said).conversation, actor=member)
    return {}


def main() -> None:
    with embedded.servers("stage"):
        import django

        django.setup()
        json.dump(furnish(), sys.stdout)


if __name__ == "__main__":
    main()
