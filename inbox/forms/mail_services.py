"""What an admin says about the mail services of a channel."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inbox.actions.mail_hooks import TOLD_A_PASSWORD
from inbox.enums import MailService
from inbox.models import Channel

TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{1,12}:[A-Za-z0-9_.-]+")


NO_TOPIC = _("This is not the ARN of a topic. One begins with arn:aws:sns:")
REGIONAL = {MailService.MAILGUN, MailService.SENDGRID, MailService.SES}
REGION = re.compile(r"[a-z]{2}(-[a-z]{2,12}){1,3}-[0-9]{1,2}")  # of Amazon's
DOMAIN = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")


class HookForm(forms.Form):
    """Which service posts mails to us; what is kept of its key is never shown."""

    service = forms.ChoiceField(
        label=_("Mails are brought by"),
        required=False,
        choices=[("", _("No service")), *MailService.choices],
    )
    key = forms.CharField(
        label=_("What proves it"), max_length=500, required=False, widget=forms.PasswordInput
    )
    draw = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, channel: Channel) -> None:
        self.channel = channel
        super().__init__(data, initial={"service": channel.setting("hook")})

    def clean(self) -> None:
        super().clean()
        service, key = self.cleaned_data.get("service"), self.cleaned_data.get("key", "")
        if not service or service in TOLD_A_PASSWORD:
            self.cleaned_data["key"] = ""
            return
        is_kept = self.channel.setting("hook") == service and self.channel.secrets.get("hook")
        # Mandrill tells its key only after it has seen somebody at the address.
        if not key and not is_kept and service != MailService.MANDRILL:
            self.add_error("key", self._missing(service))
        if service == MailService.SES and not _are_topics(key):
            self.add_error("key", NO_TOPIC)

    def _missing(self, service: str) -> Any:
        if service == MailService.SES:
            return _("Type the ARN of the topic that Amazon SES publishes to.")
        return _("Type the webhook signing key, which Mailgun shows under Account settings.")


class SenderForm(forms.Form):
    """By whose API mails go out; what is kept of its key is never shown."""

    sender = forms.ChoiceField(
        label=_("Mails are sent by"),
        required=False,
        choices=[("", _("The mail server, by SMTP")), *MailService.choices],
    )
    sender_key = forms.CharField(
        label=_("API key"), max_length=500, required=False, widget=forms.PasswordInput
    )
    key_id = forms.CharField(label=_("Access key ID"), max_length=128, required=False)
    domain = forms.CharField(label=_("Sending domain"), max_length=253, required=False)
    region = forms.CharField(label=_("Region"), max_length=40, required=False)
    proof = forms.CharField(
        label=_("What proves its reports"), max_length=500, required=False,
        widget=forms.PasswordInput,
    )  # fmt: skip
    draw = forms.BooleanField(required=False)

    def __init__(self, data: Any = None, *, channel: Channel) -> None:
        self.channel = channel
        self.kept: dict[str, str] = channel.setting("sender") or {}
        initial = {name: self.kept.get(name, "") for name in ("key_id", "domain", "region")}
        super().__init__(data, initial=initial | {"sender": self.kept.get("service", "")})

    def clean_domain(self) -> str:
        domain: str = self.cleaned_data["domain"].strip().lower()
        if domain and not DOMAIN.fullmatch(domain):
            raise ValidationError(_("This is not a domain. One looks like mail.example.com."))
        return domain

    def clean_region(self) -> str:
        return str(self.cleaned_data["region"].strip().lower())

    def clean(self) -> None:
        super().clean()
        said = self.cleaned_data
        service = said.get("sender")
        if not service:
            return
        is_kept = self.kept.get("service") == service and self.channel.secrets.get("sender")
        if not said.get("sender_key") and not is_kept:
            self.add_error("sender_key", _("Type the key that the service has made for sending."))
        region = said.get("region", "")
        if service == MailService.SES:
            if not REGION.fullmatch(region):
                self.add_error("region", _("Name Amazon's region, such as eu-west-1."))
            if not said.get("key_id"):
                self.add_error("key_id", _("Type the ID that belongs to the secret key."))
        elif region not in {"", "us", "eu"}:
            self.add_error("region", _("It is eu, or empty for the service's own."))

    def clean_proof(self) -> str:
        proof: str = self.cleaned_data["proof"]
        if self.cleaned_data.get("sender") == MailService.SES and not _are_topics(proof):
            raise ValidationError(NO_TOPIC)
        return proof

    @property
    def said(self) -> dict[str, Any]:
        """What is to be set up."""
        said = self.cleaned_data
        proof = "" if said["sender"] in TOLD_A_PASSWORD else said["proof"]
        config, key = self._config(), said["sender_key"]
        return {"sender": config, "key": key, "proof": proof, "draw": said["draw"]}

    def _config(self) -> dict[str, str] | None:
        said = self.cleaned_data
        if not said["sender"]:
            return None
        wanted = {"domain": {MailService.MAILGUN}, "key_id": {MailService.SES}}
        more = {name: said[name] for name in ("key_id", "domain", "region") if said[name]}
        fits = {k: v for k, v in more.items() if said["sender"] in wanted.get(k, REGIONAL)}
        return {"service": said["sender"]} | fits


def _are_topics(said: str) -> bool:
    return all(map(TOPIC.fullmatch, said.split()))
