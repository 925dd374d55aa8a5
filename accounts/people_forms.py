"""What an admin says about people and teams."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Membership, Team
from accounts.named_form import NamedForm
from accounts.permissions import LADDER, may, needed_for

MOST_AT_ONCE = 20
ROLES = {
    Role.OPERATOR: _("Answers conversations"),
    Role.ADMIN: _("Also sets up channels, teams and operators"),
    Role.SUPER_ADMIN: _("Also admins, security and the workspace itself"),
}


class RightsForm(forms.Form):
    """A role, teams, and whether the person sees those teams' conversations only."""

    role = forms.ChoiceField(label=_("Role"))
    teams: Any = forms.ModelMultipleChoiceField(None, label=_("Teams"), required=False)
    limited = forms.BooleanField(label=_("Sees these teams' conversations only"), required=False)

    def __init__(self, *args: Any, actor: Membership, keep: str = "", **kwargs: Any) -> None:
        """
        :param keep: the role that the person has, which may stand whoever asks.
        """
        super().__init__(*args, **kwargs)
        self.roles = [role for role in LADDER if role == keep or may(actor, needed_for(role))]
        self.fields["role"].choices = [(role.value, role.label) for role in self.roles]  # type: ignore[attr-defined]
        self.all_teams = list(Team.objects.order_by("name", "pk"))
        self.fields["teams"].queryset = Team.objects.all()  # type: ignore[attr-defined]

    @property
    def role_cards(self) -> list[tuple[Role, Any]]:
        return [(role, ROLES[role]) for role in self.roles]

    def clean(self) -> None:
        super().clean()
        if self.cleaned_data.get("role") != Role.OPERATOR:
            self.cleaned_data["limited"] = False

    def holds(self, name: str, value: Any) -> bool:
        """Tell whether the form, as typed or as it began, holds a value."""
        held = self[name].value()
        held = held if isinstance(held, list | tuple) else [held]
        return str(value) in {str(one) for one in held if one is not None}


class InviteForm(RightsForm):
    emails = forms.CharField(
        label=_("Email addresses"),
        max_length=4000,
        error_messages={"required": _("Type at least one address.")},
    )

    def clean_emails(self) -> list[str]:
        typed = re.split(r"[\s,;<>]+", self.cleaned_data["emails"])
        emails = list(dict.fromkeys(word.lower() for word in typed if "@" in word))
        if not emails:
            raise ValidationError(_("That is not an email address. It looks like ada@example.com."))
        if len(emails) > MOST_AT_ONCE:
            raise ValidationError(_("At most %d people at once.") % MOST_AT_ONCE)
        for email in emails:
            try:
                validate_email(email)
            except ValidationError as error:
                raise ValidationError(_("“%s” is not an email address.") % email[:80]) from error
        return emails


class TeamForm(NamedForm):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Give the team a name.")}
    )
    members: Any = forms.ModelMultipleChoiceField(None, required=False)
    leads: Any = forms.ModelMultipleChoiceField(None, required=False)

    def __init__(self, *args: Any, team: Team | None = None, **kwargs: Any) -> None:
        self.team = team
        super().__init__(*args, **kwargs)
        for name in ("members", "leads"):
            self.fields[name].queryset = Membership.objects.active()  # type: ignore[attr-defined]

    holds = RightsForm.holds

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Team.objects.filter(name=name)
        if self.team:
            others = others.exclude(pk=self.team.pk)
        if others.exists():
            raise ValidationError(_("Another team has this name. Choose another."))
        return name
