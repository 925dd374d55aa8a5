"""How the API shows things, and what it takes. Serializers never save."""

from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.enums import Role, TokenScope
from inbox.actions.recipients import MOST as MOST_RECIPIENTS
from inbox.api.serializers import Text
from inbox.api.v1.base import LARGEST_ID, PageQuery, Strict, Whole
from inbox.connectors.mail.rich import LONGEST as LONGEST_HTML
from inbox.connectors.mail.rich import clean
from inbox.enums import ChannelKind, MessageKind, MessageState, Priority, RecipientState, Status

VIEWS = ["mine", "unassigned", "open", "snoozed", "closed", "spam"]
LONGEST = 20_000


class IdField(Whole):
    def __init__(self, **options: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **options)


class Words(Text):
    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class Email(serializers.EmailField):
    def run_validators(self, value: Any) -> None:
        if not value.isprintable():
            self.fail("invalid")
        super().run_validators(value)


# Shown


class Error(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="A sentence for people.")
    code = serializers.CharField(help_text="A word for programs.")


class Named(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()


class Person(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField(source="user.display_name")


class Member(Person):
    email = serializers.CharField(source="user.email")
    role = serializers.ChoiceField(choices=Role.choices)
    away_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when they take no new work; null: they do."
    )


class Channel(Named):
    kind = serializers.ChoiceField(choices=ChannelKind.choices)


class ChannelInList(Channel):
    team_id = serializers.IntegerField(allow_null=True)
    enabled = serializers.BooleanField()


class Contact(Named):
    email = serializers.CharField()


class FullContact(Contact):
    is_vip = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    last_heard_at = serializers.DateTimeField(allow_null=True)


class Conversation(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    subject = serializers.CharField()
    status = serializers.ChoiceField(choices=Status.choices)
    is_spam = serializers.BooleanField()
    merged_into = serializers.SerializerMethodField(
        help_text="The number of the conversation that this is a part of, or null."
    )
    priority = serializers.ChoiceField(choices=Priority.choices)
    channel = Channel()
    contact = Contact()
    team = Named(allow_null=True)
    assignee = Person(allow_null=True)
    tags = serializers.SerializerMethodField()
    is_unread = serializers.BooleanField(help_text="Nobody of the team has read it yet.")
    preview = serializers.CharField(source="in_short")
    opened_at = serializers.DateTimeField()
    last_activity_at = serializers.DateTimeField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    first_response_at = serializers.DateTimeField(allow_null=True)
    snoozed_until = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_merged_into(self, conversation: Any) -> int | None:
        whole = conversation.merged_into
        return whole.number if whole else None

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_tags(self, conversation: Any) -> list[str]:
        return [tag.name for tag in conversation.sorted_tags]


class Upload(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    content_type = serializers.CharField(help_text="Told by the bytes.")
    width = serializers.IntegerField(allow_null=True, help_text="Of pictures; else null.")
    height = serializers.IntegerField(allow_null=True)


class Attachment(Upload):
    url = serializers.SerializerMethodField(help_text="Without a token; good for 5 minutes.")
    thumbnail_url = serializers.SerializerMethodField()

    def get_url(self, file: Any) -> str:
        return str(urljoin(settings.BASE_URL, file.link()))

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_thumbnail_url(self, file: Any) -> str | None:
        link = file.thumbnail_link()
        return urljoin(settings.BASE_URL, link) if link else None


class Recipient(serializers.Serializer[Any]):
    header = serializers.ChoiceField(choices=["to", "cc", "bcc"])
    name = serializers.CharField()
    address = serializers.CharField()
    state = serializers.ChoiceField(choices=RecipientState.choices)
    said = serializers.CharField(help_text="What a mail server said about it.")


class Message(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    seq = serializers.IntegerField(help_text="Grows within the conversation.")
    kind = serializers.ChoiceField(choices=MessageKind.choices)
    text = serializers.CharField()
    html = serializers.SerializerMethodField(
        help_text="The text with its formats, or empty. `cid:` and an attachment's id is a picture."
    )
    author = Person(allow_null=True, help_text="Null: the contact, or no person.")
    state = serializers.ChoiceField(choices=MessageState.choices)
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    error = serializers.CharField()
    attachments = Attachment(many=True, source="files")
    recipients = Recipient(many=True, help_text="Of a mail that was sent from here.")

    def get_html(self, message: Any) -> str:
        return clean(message.html) if message.html else ""


class Tags(serializers.Serializer[Any]):
    tags = serializers.ListField(child=serializers.CharField())


class WorkspaceShown(serializers.Serializer[Any]):
    slug = serializers.CharField()
    name = serializers.CharField()


class Access(serializers.Serializer[Any]):
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=TokenScope.choices)
    role = serializers.ChoiceField(choices=Role.choices, source="bearer.role")
    expires_at = serializers.DateTimeField()


class Me(serializers.Serializer[Any]):
    workspace = WorkspaceShown()
    member = Member(allow_null=True, help_text="Null: the token is the workspace's own.")
    access = Access()


# Taken


class Writing(Strict):
    text = Words(max_length=LONGEST, required=False, allow_blank=True, default="")
    attachments = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=settings.ATTACHMENTS_PER_MESSAGE,
        default=list,
        help_text="Ids of files that you have uploaded to this conversation.",
    )

    def validate(self, attrs: Any) -> Any:
        if not any(attrs.get(name) for name in ("text", "html", "attachments")):
            raise serializers.ValidationError({"text": _("Say something, or attach a file.")})
        return attrs


class UploadQuery(Strict):
    name = Words(max_length=1000, required=False, allow_blank=True, default="")


class Addresses(serializers.ListField):
    """Each as it would stand in a mail: ``ada@example.com`` or ``Ada <ada@example.com>``."""

    child = Words(max_length=600)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MOST_RECIPIENTS, required=False, **options)


class Replying(Writing):
    html = Words(
        max_length=LONGEST_HTML,
        required=False,
        allow_blank=True,
        help_text="Mail only: the words with formats, which make the text. All but bold, italic,"
        " underlined, lists, links, quotations, headings, code and pictures is taken out."
        ' A picture is an upload of yours: `<img src="cid:ID">`.',
    )
    to = Addresses(help_text="Mail only. None of the three: whom the conversation suggests.")
    cc = Addresses()
    bcc = Addresses()
    seen_seq = Whole(
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text="The newest `seq` you have seen: a later reply of somebody else's refuses yours.",
    )


class Opening(Strict):
    channel = IdField(help_text="A mail channel that is in use.")
    contact = IdField(required=False, help_text="Whom to write to, or else addresses.")
    to = Addresses(help_text="The first is who the conversation is with.")
    cc = Addresses()
    bcc = Addresses()
    subject = Words(max_length=255)
    text = Words(max_length=LONGEST, required=False, allow_blank=True, default="")
    html = Words(
        max_length=LONGEST_HTML,
        required=False,
        allow_blank=True,
        default="",
        help_text="As in a reply, without pictures.",
    )

    def validate(self, attrs: Any) -> Any:
        if ("contact" in attrs) == bool(attrs.get("to")):
            raise serializers.ValidationError({"to": _("Name a contact, or addresses.")})
        return attrs


class Assignment(Strict):
    assignee = IdField()


class Merge(Strict):
    into = IdField(help_text="The number of the conversation that stays.")
    confirmed = serializers.BooleanField(
        default=False, help_text="Mails of two customers belong together all the same."
    )


class Snooze(Strict):
    until = serializers.DateTimeField()


class Prioritizing(Strict):
    priority = serializers.ChoiceField(choices=Priority.choices)


class ContactChange(Strict):
    is_vip = serializers.BooleanField(required=False)
    name = Words(max_length=200, required=False, allow_blank=True)
    email = Email(max_length=254, required=False, allow_blank=True)


class ConversationQuery(PageQuery):
    view = serializers.ChoiceField(choices=VIEWS, required=False)
    status = serializers.ChoiceField(choices=Status.choices, required=False)
    assignee = serializers.RegexField(
        r"^(me|none|[1-9][0-9]{0,17})$", required=False, help_text="An id, `me` or `none`."
    )
    team = IdField(required=False)
    channel = IdField(required=False)
    tag = Words(max_length=60, required=False)
