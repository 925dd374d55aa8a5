"""What visitors may send us."""

import re
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import serializers

from inbox.connectors.webchat import LONGEST_TEXT
from inbox.enums import Rating

LONGEST_URL, LONGEST_TITLE = 2000, 200
LONGEST_COMMENT = 2000
MOST_FIELDS, LONGEST_FIELD = 20, 200
PHONE = re.compile(r"[+0-9 ()./-]{5,40}")
LARGEST = 2**31 - 1


class Text(serializers.CharField):
    def run_validators(self, value: Any) -> None:
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise serializers.ValidationError(_("This text holds characters that are none."))
        super().run_validators(value)


class Optional(Text):
    """A text that may be left out; one too long is cut."""

    def __init__(self, longest: int) -> None:
        self.longest = longest
        super().__init__(required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> str:
        return str(super().to_internal_value(data))[: self.longest]


class PageSerializer(serializers.Serializer[Any]):
    url = Optional(LONGEST_URL)
    title = Optional(LONGEST_TITLE)


class FormSerializer(serializers.Serializer[Any]):
    """What a visitor said of themselves before the first message."""

    name = Optional(200)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)
    phone = Optional(40)
    topic = Optional(200)
    consent = serializers.BooleanField(required=False, default=False)

    def validate_phone(self, phone: str) -> str:
        if phone and not PHONE.fullmatch(phone):
            raise serializers.ValidationError(_("This is not a phone number."))
        return phone


class MessageSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField()
    text = Text(max_length=LONGEST_TEXT, required=False, allow_blank=True, default="")
    conversation = serializers.UUIDField(required=False, allow_null=True, default=None)
    page = PageSerializer(required=False, allow_null=True)
    form = FormSerializer(required=False, allow_null=True)
    attachments = serializers.ListField(
        child=serializers.UUIDField(), max_length=settings.ATTACHMENTS_PER_MESSAGE, default=list
    )

    def validate(self, attrs: Any) -> Any:
        if not attrs["text"] and not attrs["attachments"]:
            raise serializers.ValidationError({"text": _("Say something, or attach a file.")})
        return attrs


class UploadSerializer(serializers.Serializer[Any]):
    name = Text(max_length=1000, required=False, allow_blank=True, default="")


class IdentitySerializer(serializers.Serializer[Any]):
    identity = serializers.CharField(max_length=4096)


class WhichSerializer(serializers.Serializer[Any]):
    """Which of the visitor's conversations; the latest if it does not say."""

    conversation = serializers.UUIDField(required=False, allow_null=True, default=None)


class ReadSerializer(WhichSerializer):
    seq = serializers.IntegerField(min_value=1, max_value=LARGEST)


class AfterSerializer(WhichSerializer):
    after = serializers.IntegerField(min_value=0, max_value=LARGEST, default=0)


class RatingSerializer(WhichSerializer):
    value = serializers.ChoiceField(choices=Rating.choices)
    comment = Text(required=False, allow_blank=True, default="", max_length=LONGEST_COMMENT)


class TranscriptSerializer(WhichSerializer):
    email = serializers.EmailField(max_length=254)


class VisitSerializer(serializers.Serializer[Any]):
    page = PageSerializer(required=False, allow_null=True)
    referrer = Optional(LONGEST_URL)
    language = Optional(35)
    zone = Optional(64)
    fields_ = serializers.DictField(
        child=Text(allow_blank=True, max_length=LONGEST_FIELD), required=False, default=dict
    )

    def get_fields(self) -> Any:
        found = super().get_fields()
        found["fields"] = found.pop("fields_")
        return found

    def validate_fields(self, said: dict[str, str]) -> dict[str, str]:
        if len(said) > MOST_FIELDS or any(len(name) > LONGEST_FIELD for name in said):
            raise serializers.ValidationError(_("Those are too many fields."))
        return said
