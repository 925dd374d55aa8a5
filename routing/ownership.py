"""Whose conversations nobody takes over, and what their customers hear while the owner is away."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Membership
from inbox.enums import ChannelKind
from inbox.models import Conversation
from routing.calendar import Calendar
from routing.models import TeamRouting


def is_kept(conversation: Conversation) -> bool:
    """Tell whether the team lets only the owner answer."""
    if conversation.team_id is None:
        return False
    return TeamRouting.objects.filter(team=conversation.team_id, keeps_owner=True).exists()


def words_for(conversation: Conversation, owner: Membership, calendar: Calendar) -> str:
    """Say that it was received, who will answer, and when: in the customer's language, by the team's clocks."""
    opening, now = calendar.next_opening(timezone.now()), timezone.now()
    said = {"name": owner.user.name_for_customers}
    with override(_language_of(conversation)):
        if opening is None or opening <= now:
            return (
                _("We have received your message. %(name)s will answer as soon as they are back.")
                % said
            )
        said["time"] = _moment(opening, calendar.zone)
        return _("We have received your message. %(name)s will answer after %(time)s.") % said


def _language_of(conversation: Conversation) -> str:
    """Return the customer's language if we speak it, or else the channel's."""
    told = str(conversation.contact.visit.get("language") or "").lower()
    spoken = [code for code, _name in settings.LANGUAGES]
    theirs = next((code for code in spoken if told.split("-")[0] == code), "")
    if theirs or conversation.channel.kind != ChannelKind.WEBCHAT:
        return theirs or settings.LANGUAGE_CODE
    return conversation.channel.webchat.languages[0]


def _moment(at: datetime, zone: ZoneInfo) -> str:
    local = at.astimezone(zone)
    return f"{date_format(local, 'DATE_FORMAT')}, {local:%H:%M} ({zone.key})"
