"""What somebody says about a new API token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions.api_tokens import BadToken, create_personal_token, create_workspace_token
from accounts.enums import Role, TokenScope
from accounts.models import ApiToken, Membership
from accounts.people_forms import RightsForm
from accounts.permissions import LADDER, Permission, may, scopes_for

LIVES = [(7, _("In a week")), (30, _("In 30 days")), (90, _("In 90 days")), (365, _("In a year"))]
SCOPES = {
    TokenScope.READ: _("Sees what you see and changes nothing"),
    TokenScope.WRITE: _("Also answers, assigns, closes and tags"),
    TokenScope.ADMIN: _("Also whatever else the role may do"),
}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Give the token a name.")}
    )
    role = forms.ChoiceField(label=_("Acts as"), required=False)
    scope = forms.ChoiceField(label=_("May"), choices=[])
    days = forms.TypedChoiceField(label=_("Ends"), choices=LIVES, coerce=int, initial=90)

    holds = RightsForm.holds

    def __init__(self, *args: Any, actor: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.scope_cards = [(scope, SCOPES[scope]) for scope in scopes_for(actor)]
        self.fields["scope"].choices = [(one.value, one.label) for one, _words in self.scope_cards]  # type: ignore[attr-defined]
        roles = LADDER if may(actor, Permission.MANAGE_SECURITY) else ()
        self.fields["role"].choices = [("", _("You")), *((one.value, one.label) for one in roles)]  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Refuse a name in use, so that a page sent twice makes one token."""
        name: str = " ".join(self.cleaned_data["name"].split())
        now = timezone.now()
        mine = ApiToken.objects.usable(now).filter(membership=self.actor, name=name)
        ours = ApiToken.objects.usable(now).filter(membership=None, name=name)
        if (ours if self.data.get("role") else mine).exists():
            raise ValidationError(_("A token of this name is in use. Choose another name."))
        return name

    def create(self) -> tuple[ApiToken, str] | None:
        """Make the token and return it with its secret, or None and say what is wrong."""
        said = self.cleaned_data
        facts = {
            "name": said["name"],
            "scope": TokenScope(said["scope"]),
            "expires_at": timezone.now() + timedelta(days=said["days"]),
            "actor": self.actor,
        }
        try:
            if said["role"]:
                return create_workspace_token(role=Role(said["role"]), **facts)
            return create_personal_token(self.actor, **facts)
        except BadToken as error:
            self.add_error(None, str(error))
            return None
