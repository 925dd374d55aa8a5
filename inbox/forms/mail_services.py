"""What an admin says about the mail services of a channel."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from inbox.actions.mail_hooks import TOLD_A_PASSWORD
from inbox.enums import HookService
from inbox.models import Channel

TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{1,12}:[A-Za-z0-9_.-]+")


class HookForm(forms.Form):
    """Which service posts mails to us; what is kept of its key is never shown."""

    service = forms.ChoiceField(
        label=_("Mails are brought by"),
        required=False,
        choices=[("", _("No service")), *HookService.choices],
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
        if not key and not is_kept and service != HookService.MANDRILL:
            self.add_error("key", self._missing(service))
        if service == HookService.SES and not all(map(TOPIC.fullmatch, key.split())):
            words = _("This is not the ARN of a topic. One begins with arn:aws:sns:")
            self.add_error("key", ValidationError(words))

    def _missing(self, service: str) -> Any:
        if service == HookService.SES:
            return _("Type the ARN of the topic that Amazon SES publishes to.")
        return _("Type the webhook signing key, which Mailgun shows under Account settings.")
