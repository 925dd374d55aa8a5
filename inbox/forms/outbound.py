"""What an operator types who writes first, or passes something on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.actions.recipients import read_recipients
from inbox.enums import ChannelKind
from inbox.forms.conversations import Addressed, Uuids
from inbox.models import Channel


class Ids(forms.Field):
    """As many numbers of rows as were said."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[int]:
        said = [str(one) for one in value or []]
        if not all(one.isascii() and one.isdecimal() and len(one) < 19 for one in said):  # noqa: PLR2004
            raise forms.ValidationError(_("Send ids of messages."))
        return [int(one) for one in said]


class OutboundForm(Addressed):
    channel: "forms.ModelChoiceField[Channel]" = forms.ModelChoiceField(queryset=None)
    subject = forms.CharField(required=False, max_length=1000)
    text = forms.CharField(required=False, strip=False)
    html = forms.CharField(required=False, strip=False)
    attachments = Uuids(required=False)
    client_id = forms.UUIDField()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["channel"].queryset = Channel.objects.filter(kind=ChannelKind.EMAIL)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        return facts | {"recipients": read_recipients(self.take_typed(facts) or {})}


class ForwardForm(OutboundForm):
    messages = Ids(required=False)
