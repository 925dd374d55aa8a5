"""What an admin says about a chat widget."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.named_form import NamedForm
from inbox.models import Channel

OUR_COLOUR = "#1c5a8c"  # of a chat that names none
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")
PORTS = {"https": 443, "http": 80}
MOST_ORIGINS = 20
GREETING = _("Hello. How can we help?")


class WebchatForm(NamedForm):
    name = forms.CharField(
        label=_("Name"), max_length=120, error_messages={"required": _("Give the channel a name.")}
    )
    origins = forms.CharField(
        label=_("Your sites"),
        help_text=_("One address a line. The chat opens on these sites only."),
        widget=forms.Textarea,
        error_messages={"required": _("Name at least one site, such as https://example.com.")},
    )
    greeting = forms.CharField(label=_("Greeting"), max_length=200, required=False)
    colour = forms.CharField(label=_("Colour"), max_length=7, required=False)
    identity_required = forms.BooleanField(label=_("Only for signed-in customers"), required=False)
    enabled = forms.BooleanField(label=_("Switched on"), required=False)

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        self.channel = channel
        kwargs.setdefault("initial", _initial(channel))
        super().__init__(*args, **kwargs)
        if channel is None:
            del self.fields["enabled"]  # a new one is on
        elif not channel.origins:
            self.fields["origins"].required = False  # the demo's, which lives on our own page

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
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (UnicodeError, ValueError):
        parts, host, port = urlsplit(""), "", None
    if ":" in host:
        host = f"[{host}]"
    if parts.scheme not in PORTS or not HOST.fullmatch(host):
        raise ValidationError(
            _("“%s” is not the address of a site. It looks like https://example.com.")
            % address[:80]
        )
    return f"{parts.scheme}://{host}{f':{port}' if port not in {None, PORTS[parts.scheme]} else ''}"


def _initial(channel: Channel | None) -> dict[str, Any]:
    if channel is None:
        return {"name": _("Website"), "greeting": GREETING, "colour": OUR_COLOUR}
    config = channel.config
    return {
        "name": channel.name,
        "origins": "\n".join(channel.origins),
        "greeting": config.get("greeting", ""),
        "colour": config.get("colour", OUR_COLOUR),
        "identity_required": channel.identity_required,
        "enabled": channel.enabled,
    }
