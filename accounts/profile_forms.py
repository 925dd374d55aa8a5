"""What people type about themselves."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts import zones

# Each by its own name: whoever chose the wrong one must find the way back.
LANGUAGES = [
    (code, get_language_info(code)["name_local"].title()) for code, _name in settings.LANGUAGES
]


class ProfileForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"), max_length=120, error_messages={"required": _("Type your name.")}
    )
    public_name = forms.CharField(label=_("Name for customers"), max_length=60, required=False)
    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", ""), *LANGUAGES]
    )
    time_zone = forms.CharField(
        label=_("Time zone"), max_length=64, error_messages={"required": _("Choose a time zone.")}
    )
    signature = forms.CharField(
        label=_("Signature"), max_length=2000, required=False, widget=forms.Textarea
    )

    notifies = forms.BooleanField(required=False)
    hides_words = forms.BooleanField(required=False)
    sounds = forms.BooleanField(required=False)

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_public_name(self) -> str:
        return " ".join(self.cleaned_data["public_name"].split())

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        if name not in zones.names():
            raise ValidationError(_("There is no such time zone. Choose one of the list."))
        return name


class PhotoForm(forms.Form):
    photo = forms.FileField(error_messages={"required": _("Choose a picture first.")})
