from inbox.models.attachment import Attachment
from inbox.models.blocked_sender import BlockedSender
from inbox.models.channel import Channel
from inbox.models.contact import Contact, ContactHandle
from inbox.models.conversation import Conversation
from inbox.models.conversation_counter import ConversationCounter
from inbox.models.delivery import Delivery
from inbox.models.draft import Draft
from inbox.models.mail import Mail, MailName
from inbox.models.mail_alarm import MailAlarm
from inbox.models.mail_grant import MailGrant
from inbox.models.mail_hook import MailHook
from inbox.models.mailbox import Mailbox, MailFolder
from inbox.models.message import Message
from inbox.models.picture_sender import PictureSender
from inbox.models.read_mark import ReadMark
from inbox.models.tag import ConversationTag, Tag
from inbox.models.visitor import VisitorSession

__all__ = [
    "Attachment",
    "BlockedSender",
    "Channel",
    "Contact",
    "ContactHandle",
    "Conversation",
    "ConversationCounter",
    "ConversationTag",
    "Delivery",
    "Draft",
    "Mail",
    "MailAlarm",
    "MailFolder",
    "MailGrant",
    "MailHook",
    "MailName",
    "Mailbox",
    "Message",
    "PictureSender",
    "ReadMark",
    "Tag",
    "VisitorSession",
]
