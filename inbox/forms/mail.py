"""What an admin says about a mail channel, step by step."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from accounts.named_form import NamedForm
from inbox.actions.mailboxes import INBOX
from inbox.connectors.mail.addresses import valid_address
from inbox.connectors.reaching import MAIL_PORTS
from inbox.enums import AfterFetch, FromStyle, Threading
from inbox.models import Channel, Mailbox
from inbox.oauth_services import signs_in

HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:]+")
SECURITY = [
    ("tls", _("TLS from the start")),
    ("starttls", _("STARTTLS, required")),
    ("none", _("No encryption")),
]
PORTS = {"imap": 993, "smtp": 587}
NEW_PASSWORD = _("Type the password again: it goes to a server that it was not typed for.")


class AddressForm(NamedForm):
    address = forms.CharField(
        label=_("Address"),
        max_length=254,
        help_text=_("Where your customers write to."),
        error_messages={"required": _("Which address do customers write to?")},
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        help_text=_("Only your team sees it."),
        error_messages={"required": _("Give the channel a name.")},
    )
    style = forms.ChoiceField(label=_("Shown to customers as"), choices=FromStyle.choices)
    company = forms.CharField(
        label=_("Company in it"),
        max_length=120,
        required=False,
        help_text=_("As customers know it. Without one, the name of the workspace."),
    )
    signature = forms.CharField(
        label=_("Signature"),
        max_length=2000,
        required=False,
        help_text=_(
            "Below mails of people who have none of their own. {name}, {first_name}, {workspace}, {channel} and {address} are filled in."
        ),
    )

    def __init__(self, data: Any = None, *, channel: Channel | None = None) -> None:
        self.channel = channel
        sender = channel.setting("from", {}) if channel else {}
        known = {"address": channel.address, "name": channel.name} if channel else {}
        initial = known | {
            "style": sender.get("style", FromStyle.ALONE if channel else FromStyle.PERSON),
            "company": sender.get("name", ""),
            "signature": channel.setting("signature") if channel else "",
        }
        super().__init__(data, initial=initial)
        if channel and not channel.is_unfinished:
            del self.fields["address"]  # what was written to it would find no way back

    def clean_address(self) -> str:
        address = valid_address(self.cleaned_data["address"]).lower()
        if not address:
            raise ValidationError(_("This is not a mail address. One looks like help@example.com."))
        if self._others().with_address(address).exists():
            raise ValidationError(_("Another channel has this address. Choose another."))
        return address

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self._others().filter(name=name).exists():
            raise ValidationError(_("Another channel has this name. Choose another."))
        return name

    def _others(self) -> Any:
        return Channel.objects.exclude(pk=self.channel.pk if self.channel else 0)

    @property
    def config(self) -> dict[str, Any]:
        said = self.cleaned_data
        sender = {"style": said["style"], "name": said["company"]}
        address = {"address": said["address"]} if "address" in said else {}
        signature = said["signature"].replace("\r\n", "\n") or None
        return address | {"from": sender, "signature": signature}


class ServersForm(forms.Form):
    """Where mail is fetched and sent; what is kept of passwords is never shown."""

    imap_host = forms.CharField(label=_("Receiving server"), max_length=253, required=False)
    imap_port = forms.IntegerField(label=_("Receiving port"), min_value=1, max_value=65535)
    imap_tls = forms.ChoiceField(label=_("Receiving security"), choices=SECURITY)
    smtp_host = forms.CharField(label=_("Sending server"), max_length=253, required=False)
    smtp_port = forms.IntegerField(label=_("Sending port"), min_value=1, max_value=65535)
    smtp_tls = forms.ChoiceField(label=_("Sending security"), choices=SECURITY)
    user = forms.CharField(label=_("User name"), max_length=254, required=False)
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput,
    )  # fmt: skip
    smtp_user = forms.CharField(label=_("User name for sending"), max_length=254, required=False)
    smtp_password = forms.CharField(
        label=_("Password for sending"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput,
    )  # fmt: skip

    def __init__(
        self, data: Any = None, *, channel: Channel, found: Mapping[str, Any] | None = None
    ) -> None:
        """
        :param found: what detection suggests where the admin has said nothing yet.
        """
        self.channel = channel
        super().__init__(data, initial=_kept(channel) | dict(found or {}))
        allowed = SECURITY if settings.ALLOW_PRIVATE_SERVERS else SECURITY[:2]
        for side in PORTS:
            self.fields[f"{side}_tls"].choices = allowed  # type: ignore[attr-defined]

    def clean_imap_host(self) -> str:
        return _host(self.cleaned_data["imap_host"])

    def clean_smtp_host(self) -> str:
        return _host(self.cleaned_data["smtp_host"])

    def clean_imap_port(self) -> int:
        return _port(self.cleaned_data["imap_port"])

    def clean_smtp_port(self) -> int:
        return _port(self.cleaned_data["smtp_port"])

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if not said.get("imap_host") and not said.get("smtp_host") and not self.errors:
            raise ValidationError(_("Name at least one of the two servers."))
        if self.errors:
            return
        for_sending = "smtp_password" if said["smtp_user"] else "password"
        fields = {"imap": "password", "smtp": for_sending}
        for field in {fields[side] for side in fields if self._needs_password(side)}:
            self.add_error(field, self._why())

    def _why(self) -> Any:
        return NEW_PASSWORD if self.channel.secrets else _("Type the password of the mailbox.")

    def _needs_password(self, side: str) -> bool:
        """Tell whether a server would be given a password that nobody has typed for it."""
        server = self.config[side]
        if not server or not server["user"] or self.secrets.get(side) or self.signs_in(side):
            return False
        return side not in self.channel.secrets or self.channel.setting(side) != server

    def signs_in(self, side: str) -> bool:
        """Tell whether a server, as it stands in the form, is opened by a token."""
        return signs_in(self.channel, side, self[f"{side}_host"].value() or "")

    @property
    def config(self) -> dict[str, Any]:
        """What is kept of both servers; one without a host is none."""
        said = self.cleaned_data
        users = {"imap": said["user"], "smtp": said["smtp_user"] or said["user"]}
        return {
            side: {
                "host": said[f"{side}_host"],
                "port": said[f"{side}_port"],
                "tls": said[f"{side}_tls"],
                "user": user,
            }
            if said[f"{side}_host"]
            else None
            for side, user in users.items()
        }

    @property
    def secrets(self) -> dict[str, str]:
        """The passwords that were typed."""
        said = self.cleaned_data
        for_sending = said["smtp_password"] if said["smtp_user"] else said["password"]
        typed = {"imap": said["password"], "smtp": for_sending}
        return {side: password for side, password in typed.items() if password}


class FetchingForm(forms.Form):
    folder = forms.CharField(label=_("Folder"), max_length=255, initial=INBOX)
    after = forms.ChoiceField(label=_("A mail that is here"), choices=AfterFetch.choices)
    after_folder = forms.CharField(
        label=_("Folder to move to"),
        max_length=255,
        required=False,
        help_text=_("Only if it is moved."),
    )
    days = forms.IntegerField(
        label=_("Days of old mail"),
        min_value=0,
        max_value=3650,
        required=False,
        help_text=_("It comes as closed conversations; nobody is told. 0 starts with today."),
        error_messages={"max_value": _("At most ten years.")},
    )

    def __init__(self, data: Any = None, *, mailbox: Mailbox | None) -> None:
        initial: dict[str, Any] = {"days": 0}
        if mailbox:
            watched = mailbox.folders.filter(is_watched=True).order_by("pk")
            initial |= {
                "folder": ", ".join(watched.values_list("name", flat=True)),
                "after": mailbox.after,
                "after_folder": mailbox.after_folder,
            }
        super().__init__(data, initial=initial)

    def clean_folder(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["folder"].split(",")]
        return list(dict.fromkeys(name for name in names if name)) or [INBOX]

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        if said.get("after") == AfterFetch.MOVE and not said.get("after_folder"):
            self.add_error("after_folder", _("Name the folder to move mails to."))
        if said.get("after_folder") and said["after_folder"] in said.get("folder", []):
            self.add_error("after_folder", _("This one is fetched: choose another."))


class DestinationForm(forms.Form):
    team: Any = forms.ModelChoiceField(None, label=_("Team"), required=False)
    threading = forms.ChoiceField(
        label=_("A new mail of a known customer"), choices=Threading.choices
    )
    authserv_id = forms.CharField(
        label=_("Who checks senders"), required=False, max_length=255, empty_value=None
    )

    def __init__(self, data: Any = None, *, channel: Channel) -> None:
        rule = channel.setting("threading", Threading.THREAD)
        initial = {"team": channel.team_id, "threading": rule}
        initial["authserv_id"] = channel.setting("authserv_id", None)
        super().__init__(data, initial=initial)
        self.fields["team"].queryset = Team.objects.order_by("name", "pk")  # type: ignore[attr-defined]
        self.fields["team"].empty_label = _("All teams")  # type: ignore[attr-defined]

    def clean_authserv_id(self) -> str | None:
        return _host(self.cleaned_data["authserv_id"] or "") or None


def _kept(channel: Channel) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for side, port in PORTS.items():
        server = channel.setting(side) or {}
        kept |= {
            f"{side}_host": server.get("host", ""),
            f"{side}_port": server.get("port", port),
            f"{side}_tls": server.get("tls", "tls" if side == "imap" else "starttls"),
        }
    users = [(channel.setting(side) or {}).get("user", "") for side in PORTS]
    kept["user"] = users[0] or users[1] or channel.address
    kept["smtp_user"] = users[1] if users[1] not in {"", kept["user"]} else ""
    return kept


def _host(said: str) -> str:
    host = said.strip().lower().rstrip(".")
    if not host:
        return ""
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not HOST.fullmatch(host):
        raise ValidationError(
            _("This is not the name of a server. One looks like mail.example.com.")
        )
    return host


def _port(port: int) -> int:
    if port not in MAIL_PORTS and not settings.ALLOW_PRIVATE_SERVERS:
        usual = ", ".join(str(one) for one in sorted(MAIL_PORTS))
        raise ValidationError(_("Mail servers are at %s.") % usual)
    return port
