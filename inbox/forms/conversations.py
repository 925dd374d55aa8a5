"""What an operator types into a conversation."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import AfterClosing, Taking
from accounts.errors import DomainError
from inbox.actions.recipients import HEADERS, read_recipients
from inbox.enums import DraftKind, MessageKind

LONGEST_HEADER = 20_000


class BadInput(DomainError):
    code = "malformed"
    status = 422


class StrictForm(forms.Form):
    """A form whose first mistake is a refusal with a sentence."""

    @classmethod
    def parse(cls, request: HttpRequest, **options: Any) -> dict[str, Any]:
        return cls.check(request.POST, **options)

    @classmethod
    def check(cls, said: QueryDict, **options: Any) -> dict[str, Any]:
        form = cls(said, **options)
        if form.is_valid():
            return form.cleaned_data
        field, mistakes = next(iter(form.errors.items()))
        raise BadInput(f"{mistakes[0]}" if field == "__all__" else f"{field}: {mistakes[0]}")


class Addressed(StrictForm):
    """To, cc and bcc as they were typed, in a form that has them."""

    to = forms.CharField(required=False, max_length=LONGEST_HEADER)
    cc = forms.CharField(required=False, max_length=LONGEST_HEADER)
    bcc = forms.CharField(required=False, max_length=LONGEST_HEADER)

    def take_typed(self, facts: dict[str, Any]) -> dict[str, str] | None:
        typed = {header: facts.pop(header, "") for header in HEADERS}
        return typed if any(header in self.data for header in HEADERS) else None


class DraftForm(Addressed):
    kind = forms.ChoiceField(choices=DraftKind)
    text = forms.CharField(required=False, strip=False)
    html = forms.CharField(required=False, strip=False)
    client_id = forms.UUIDField()
    seen_seq = forms.IntegerField(min_value=0, max_value=2**31 - 1)
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        typed = self.take_typed(facts) or {}
        return facts | {"recipients": {name: said for name, said in typed.items() if said}}


class Uuids(forms.Field):
    """As many UUIDs as were said."""

    widget = forms.MultipleHiddenInput

    def to_python(self, value: Any) -> list[UUID]:
        try:
            return [UUID(one) for one in value or []]
        except ValueError as error:
            raise forms.ValidationError(_("Send ids of uploads.")) from error


class WritingForm(StrictForm):
    text = forms.CharField(required=False, strip=False)
    client_id = forms.UUIDField(required=False)
    attachments = Uuids(required=False)

    def clean_client_id(self) -> UUID | None:
        value: UUID | None = self.cleaned_data["client_id"]
        return value


class UploadForm(StrictForm):
    """What a file is called, and whether it is for the contact, colleagues or somebody else."""

    KINDS = {
        "reply": MessageKind.OUTGOING,
        "note": MessageKind.NOTE,
        "forward": MessageKind.FORWARD,
    }
    name = forms.CharField(max_length=1000, empty_value="")
    what = forms.ChoiceField(choices=[(what, "") for what in KINDS])
    inline = forms.BooleanField(required=False)  # it stands in the words, not beside them

    def clean_what(self) -> MessageKind:
        return self.KINDS[self.cleaned_data["what"]]


class ReplyForm(Addressed, WritingForm):
    """``then`` may close the conversation; ``send_at`` is read as ``until`` of SnoozeForm."""

    html = forms.CharField(required=False, strip=False)
    seen_seq = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    then = forms.ChoiceField(required=False, choices=[("close", "")])
    own_time = forms.CharField(required=False)
    send_at = forms.CharField(required=False)

    def clean_send_at(self) -> datetime | None:
        said: str = self.cleaned_data["send_at"]
        if said == "own":
            said = self.cleaned_data["own_time"] or said
        return moment_of(said) if said else None

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        closes = facts.pop("then", "") == "close"
        facts.pop("own_time", None)
        typed = self.take_typed(facts)
        recipients = None if typed is None else read_recipients(typed)
        return facts | {"closes": closes, "recipients": recipients}


YES_OR_NO = [("yes", ""), ("no", "")]
UNDO_SECONDS = [0, 5, 10, 30]


class HabitsForm(StrictForm):
    """What is not named stays as it is."""

    shares_drafts = forms.TypedChoiceField(
        required=False, choices=YES_OR_NO, coerce=lambda said: said == "yes"
    )
    undo_seconds = forms.TypedChoiceField(
        required=False, choices=[(seconds, "") for seconds in UNDO_SECONDS], coerce=int
    )
    after_closing = forms.ChoiceField(required=False, choices=AfterClosing)
    goes_on_after_sending = forms.TypedChoiceField(
        required=False, choices=YES_OR_NO, coerce=lambda said: said == "yes"
    )
    takes_on_reply = forms.ChoiceField(required=False, choices=Taking)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        return {name: fact for name, fact in facts.items() if fact != ""}


SNOOZES = {
    "hour": _("In an hour"),
    "evening": _("This evening"),
    "tomorrow": _("Tomorrow"),
    "week": _("Next week"),
}


class SnoozeForm(StrictForm):
    """``until`` is an ISO 8601 time with its zone, or one of SNOOZES."""

    until = forms.CharField()

    def clean_until(self) -> datetime:
        return moment_of(self.cleaned_data["until"])


def moment_of(said: str) -> datetime:
    if said in SNOOZES:
        return snooze_until(said, timezone.localtime())
    try:
        moment = datetime.fromisoformat(said)
    except ValueError as error:
        raise forms.ValidationError(_("Choose a time.")) from error
    return moment if moment.tzinfo else timezone.make_aware(moment)


def snooze_until(choice: str, now: datetime) -> datetime:
    """Tell when a choice of SNOOZES ends, in the zone of ``now``."""
    morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
    match choice:
        case "hour":
            # By the sun: in the night in which clocks are set back, theirs would make it two.
            return now.astimezone(UTC) + timedelta(hours=1)
        case "evening":
            return morning.replace(hour=18)  # refused once it has passed
        case "tomorrow":
            return morning + timedelta(days=1)
    return morning + timedelta(days=7 - now.weekday())
