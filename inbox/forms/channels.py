"""What an admin says about a chat widget."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inbox.models import Channel

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MOST_ORIGINS = 20
GREETING = _("Hello. How can we help?")


class WebchatForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    origins = forms.CharField(
        label=_("Your sites"),
        help_text=_("One address a line. The chat opens on these sites only."),
        widget=forms.Textarea,
    )
    greeting = forms.CharField(label=_("Greeting"), max_length=200, required=False)
    colour = forms.CharField(label=_("Colour"), max_length=7, required=False)
    identity_required = forms.BooleanField(label=_("Only for signed-in customers"), required=False)
    enabled = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        self.channel = channel
        kwargs.setdefault("initial", _initial(channel))
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = Channel.objects.filter(name=name)
        if self.channel:
            others = others.exclude(pk=self.channel.pk)
        if others.exists():
            raise ValidationError(_("Another channel has this name. Choose another."))
        return name

    def clean_origins(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["origins"].splitlines()]
        origins = list(dict.fromkeys(origin_of(line) for line in lines if line))
        if len(origins) > MOST_ORIGINS:
            raise ValidationError(_("At most %d sites.") % MOST_ORIGINS)
        return origins

    def clean_colour(self) -> str:
        colour: str = self.cleaned_data["colour"]
        if colour and not COLOUR.fullmatch(colour):
            raise ValidationError(_("A colour looks like #1c5a8c."))
        return colour.lower()

    @property
    def config(self) -> dict[str, Any]:
        """What the channel keeps of the form."""
        kept = ("origins", "greeting", "colour", "identity_required")
        return {name: self.cleaned_data[name] for name in kept if self.cleaned_data[name]}


def origin_of(address: str) -> str:
    """
    Reduce what somebody typed to a web origin: scheme, host and, if unusual, port.

    :raises ValidationError: if it names no site.
    """
    parts = urlsplit(address if "://" in address else f"https://{address}")
    try:
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (UnicodeError, ValueError):
        host, port = "", None
    if parts.scheme not in {"http", "https"} or not re.fullmatch(
        r"[a-z0-9.-]+|\[[0-9a-f:]+\]", host
    ):
        raise ValidationError(
            _("“%s” is not the address of a site. It looks like https://example.com.")
            % address[:80]
        )
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}"


def _initial(channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        return {"name": _("Website"), "greeting": GREETING, "enabled": True}
    config = channel.config
    return {
        "name": channel.name,
        "origins": "\n".join(channel.origins),
        "greeting": config.get("greeting", ""),
        "colour": config.get("colour", ""),
        "identity_required": channel.identity_required,
        "enabled": channel.enabled,
    }
