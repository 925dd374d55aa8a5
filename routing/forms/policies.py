"""What is promised, as people type it."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from accounts.named_form import NamedForm
from inbox.enums import Priority
from routing.enums import Promise
from routing.models import SlaPolicy

LENGTH = re.compile(r"(?:(\d{1,4})\s*h)?\s*(?:(\d{1,5})\s*m(?:in)?)?")
LONGEST = 365 * 24 * 60


class PolicyForm(NamedForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    team: Any = forms.ModelChoiceField(
        None, label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("Every team")
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), required=False, coerce=int, empty_value=None
    )

    def __init__(self, data: Any = None, *, policy: SlaPolicy | None) -> None:
        policy = policy or SlaPolicy()
        said = {promise.value: say_length(policy.minutes(promise)) for promise in Promise}
        own = {"name": policy.name, "team": policy.team_id, "priority": policy.priority}
        super().__init__(data, initial=own | said)
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["priority"].choices = [("", _("Every priority")), *Priority.choices]  # type: ignore[attr-defined]
        for promise in Promise:
            self.fields[promise.value] = forms.CharField(
                label=promise.label, required=False, max_length=20
            )

    def promises(self) -> list[Any]:
        return [self[promise.value] for promise in Promise]

    def clean(self) -> None:
        super().clean()
        for promise in Promise:
            try:
                read = parse_length(self.cleaned_data.get(promise.value, ""))
                self.cleaned_data[promise.value] = read
            except ValidationError as error:
                self.add_error(promise.value, error)
        if not self.errors and not any(self.cleaned_data[promise.value] for promise in Promise):
            self.add_error(Promise.FIRST_RESPONSE.value, _("Promise one of them at least."))

    def said(self) -> dict[str, Any]:
        typed = self.cleaned_data
        minutes = {promise: typed[promise.value] for promise in Promise}
        return {name: typed[name] for name in ("name", "team", "priority")} | {"minutes": minutes}


def parse_length(text: str) -> int | None:
    """
    Read ``1h 30m`` as minutes; nothing is no promise.

    :raises ValidationError: if it is no length of time, or longer than a year.
    """
    text = text.strip().lower()
    if not text:
        return None
    match = LENGTH.fullmatch(text)
    hours, minutes = (int(part or 0) for part in match.groups()) if match else (0, 0)
    if not 0 < hours * 60 + minutes <= LONGEST:
        raise ValidationError(_("“%s” is no length of time. Write 30m, 4h or 1h 30m.") % text[:20])
    return hours * 60 + minutes


def say_length(minutes: int | None) -> str:
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours}h" if hours else "", f"{rest}m" if rest else ""]
    return " ".join(filter(None, parts))
