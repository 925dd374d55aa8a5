"""What people type about what we know."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Team
from accounts.permissions import Permission, may
from knowledgebase.models import SavedReply
from knowledgebase.words import mistakes

SHORTCUT = re.compile(r"[\w-]+")
MINE, EVERYBODY = "mine", "all"


class SavedReplyForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=80, error_messages={"required": _("Give the reply a name.")}
    )
    shortcut = forms.CharField(
        label=_("Short word"),
        max_length=33,
        error_messages={"required": _("Give the reply a short word.")},
    )
    reach = forms.ChoiceField(label=_("For"))
    text = forms.CharField(
        label=_("Text"),
        max_length=10_000,
        strip=False,
        error_messages={"required": _("Write the text of the reply.")},
    )

    def __init__(
        self, data: Any = None, *, actor: Membership, reply: SavedReply | None = None
    ) -> None:
        initial = _as_typed(reply) if reply else {"reach": MINE}
        super().__init__(data, initial=initial)
        self.teams = {str(team.pk): team for team in Team.objects.order_by("name", "pk")}
        self.reaches: list[tuple[str, Any]] = [(MINE, _("Only me"))]
        if may(actor, Permission.MANAGE_SAVED_REPLIES):
            self.reaches += [(EVERYBODY, _("Everybody"))]
            self.reaches += [(pk, team.name) for pk, team in self.teams.items()]
        self.fields["reach"].choices = self.reaches  # type: ignore[attr-defined]

    def clean_shortcut(self) -> str:
        said: str = self.cleaned_data["shortcut"].removeprefix("/").lower()
        if not SHORTCUT.fullmatch(said):
            raise ValidationError(_("A short word is made of letters, digits and hyphens."))
        return said

    def clean_text(self) -> str:
        said: str = self.cleaned_data["text"].replace("\r\n", "\n").strip()
        if not said:
            raise ValidationError(_("Write the text of the reply."))
        if wrong := mistakes(said):
            raise ValidationError(wrong[0])
        return said

    @property
    def facts(self) -> dict[str, Any]:
        """Return what was typed as the action takes it."""
        said = dict(self.cleaned_data)
        reach = said.pop("reach")
        return said | {"is_own": reach == MINE, "team": self.teams.get(reach)}


def _as_typed(reply: SavedReply) -> dict[str, Any]:
    reach = MINE if reply.is_own else str(reply.team_id or EVERYBODY)
    return {
        "name": reply.name,
        "shortcut": f"/{reply.shortcut}",
        "reach": reach,
        "text": reply.text,
    }
