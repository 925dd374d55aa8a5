"""What is asked of several conversations at once."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from inbox.actions.bulk import MOST
from inbox.forms.conversations import StrictForm

LONGEST_NUMBER = 18  # digits


def _is_number(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) <= LONGEST_NUMBER


class SeveralField(forms.Field):
    """The values of every field of one name, at most MOST of them."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[str]:
        said = list(dict.fromkeys(value or []))
        if not said:
            raise forms.ValidationError(_("Choose a conversation first."))
        if len(said) > MOST:
            raise forms.ValidationError(_("Choose at most %d at once.") % MOST)
        return said


class SeveralForm(StrictForm):
    number = SeveralField()

    def clean_number(self) -> list[int]:
        said: list[str] = self.cleaned_data["number"]
        if not all(map(_is_number, said)):
            raise forms.ValidationError(_("That is no number of a conversation."))
        return [int(number) for number in said]


class UndoForm(StrictForm):
    """``event`` is a conversation's number and the event's in it, such as ``42:7``."""

    event = SeveralField()

    def clean_event(self) -> dict[int, int]:
        pairs = [said.partition(":") for said in self.cleaned_data["event"]]
        if not all(_is_number(number) and _is_number(seq) for number, _colon, seq in pairs):
            raise forms.ValidationError(_("That is nothing to undo."))
        return {int(number): int(seq) for number, _colon, seq in pairs}
