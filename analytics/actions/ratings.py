"""Ask contacts for a rating, and tell whoever leads when one is bad."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import events
from accounts.actions.letters import owe_letter
from accounts.enums import EventKind
from accounts.models import Letter, Membership, Workspace
from accounts.models.membership import MembershipQuerySet
from accounts.permissions import GRANTED, Permission, demand
from accounts.tenancy import current_workspace
from analytics.models import RatingRefusal
from inbox.actions.messaging import add_note
from inbox.models import Conversation

REQUEST, ALERT = "rating-request", "bad-rating"
WHY = {"by": "bad_rating"}
AT = "\N{FULLWIDTH COMMERCIAL AT}"
# Whoever closed may take it back, and the contact may have more to say.
PATIENCE = timedelta(hours=1)
REST = timedelta(days=14)  # in which nobody is asked twice


@transaction.atomic
def ask_for_ratings(workspace: Workspace, *, asked: bool, actor: Membership) -> Workspace:
    """Have contacts asked by mail once a conversation is closed, or no longer."""
    demand(actor, Permission.SEE_STATISTICS)
    workspace = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    if workspace.asks_for_ratings == asked:
        return workspace

    workspace.asks_for_ratings = asked
    workspace.save(update_fields=["asks_for_ratings"])
    events.record(
        EventKind.STATISTICS_RULES_CHANGED,
        workspace,
        actor=actor,
        name=workspace.name,
        before={"rating_requests": not asked},
        after={"rating_requests": asked},
    )
    return workspace


@transaction.atomic
def owe_rating_request(conversation: Conversation) -> Letter | None:
    """Owe a mail to the contact of a closed conversation that a person answered."""
    if not (
        Workspace.objects.get(pk=current_workspace().pk).asks_for_ratings
        and is_askable(conversation)
    ):
        return None
    now, email = timezone.now(), conversation.contact.email
    asked = Letter.objects.filter(kind=REQUEST, created_at__gt=now - REST)
    if asked.filter(email__iexact=email).exists() or is_ours(email) or is_refused(email):
        return None
    letter = owe_letter(REQUEST, about=conversation.pk, email=email)
    letter.send_at = now + PATIENCE
    letter.save(update_fields=["send_at"])
    return letter


def is_askable(conversation: Conversation) -> bool:
    """Tell whether its contact can be asked, and has not said already."""
    return bool(
        conversation.is_closed
        and not conversation.is_spam
        and not conversation.rating
        and conversation.first_response_at
        and conversation.contact.email
    )


def is_ours(email: str) -> bool:
    """Tell whether an address is a colleague's: nobody rates their own work."""
    return Membership.objects.active().filter(user__email__iexact=email).exists()


def is_refused(email: str) -> bool:
    """Tell whether somebody does not want to be asked."""
    return RatingRefusal.objects.filter(email=email.lower()).exists()


@transaction.atomic
def refuse_requests(conversation: Conversation, *, refused: bool) -> None:
    """Ask a conversation's contact for no rating any more, by their own wish, or ask again."""
    email = conversation.contact.email.lower()
    if refused and email:
        RatingRefusal.objects.get_or_create(email=email, defaults={"since": timezone.now()})
    else:
        RatingRefusal.objects.filter(email=email).delete()


@transaction.atomic
def tell_of_bad_rating(conversation: Conversation, *, comment: str) -> list[Letter]:
    """Call the team's leads, or else the admins, into the conversation, and owe each a mail."""
    leads = list(_leads_of(conversation))
    if leads:
        add_note(conversation, text=_call(leads, comment), actor=None, because=WHY)
    return [
        owe_letter(ALERT, about=conversation.pk, email=one.user.email, to_each=True)
        for one in leads
    ]


def _call(leads: list[Membership], comment: str) -> str:
    """Write in the language of the first; what the contact wrote calls nobody."""
    names = " ".join(f"@{one.user.display_name}" for one in leads)
    with translation.override(leads[0].user.language or settings.LANGUAGE_CODE):
        said = _("This conversation was rated as bad.")
    return f"{names} {said}" + (f"\n“{comment.replace('@', AT)}”" if comment else "")


def _leads_of(conversation: Conversation) -> MembershipQuerySet:
    people = Membership.objects.for_list()
    leads = people.filter(
        team_memberships__team=conversation.team_id, team_memberships__is_lead=True
    )
    if conversation.team_id and leads.exists():
        return leads
    return people.filter(role__in=GRANTED[Permission.SEE_STATISTICS])
