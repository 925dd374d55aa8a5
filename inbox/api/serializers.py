"""What visitors may send us."""

from typing import Any

from rest_framework import serializers

from inbox.connectors.webchat import LONGEST_TEXT

LONGEST_URL, LONGEST_TITLE = 2000, 200


class Text(serializers.CharField):
    def run_validators(self, value: Any) -> None:
        if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
            raise serializers.ValidationError("This text holds characters that are none.")
        super().run_validators(value)


class PageSerializer(serializers.Serializer[Any]):
    url = Text(required=False, allow_blank=True, default="")
    title = Text(required=False, allow_blank=True, default="")

    def to_internal_value(self, data: Any) -> Any:
        page = super().to_internal_value(data)
        return {"url": page["url"][:LONGEST_URL], "title": page["title"][:LONGEST_TITLE]}


class MessageSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField()
    text = Text(max_length=LONGEST_TEXT)
    page = PageSerializer(required=False, allow_null=True)


class IdentitySerializer(serializers.Serializer[Any]):
    identity = serializers.CharField(max_length=4096)


class ReadSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class AfterSerializer(serializers.Serializer[Any]):
    after = serializers.IntegerField(min_value=0, max_value=2**31 - 1, default=0)
