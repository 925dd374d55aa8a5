"""Choices of conversations, and the kinds of events that happen to them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelKind(models.TextChoices):
    WEBCHAT = "webchat", _("Web chat")
    EMAIL = "email", _("E-mail")


class Status(models.TextChoices):
    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    CLOSED = "closed", _("Closed")


class ListOrder(models.TextChoices):
    """How a list is sorted; where nobody waits, ``waiting`` puts a conversation last."""

    NEWEST = "newest", _("Newest first")
    OLDEST = "oldest", _("Oldest first")
    WAITING = "waiting", _("Longest waiting")
    DUE = "due", _("Due first")


class Priority(models.IntegerChoices):
    LOW = 0, _("Low")
    NORMAL = 1, _("Normal")
    HIGH = 2, _("High")
    URGENT = 3, _("Urgent")


class MessageKind(models.TextChoices):
    INCOMING = "incoming", _("Incoming")
    OUTGOING = "outgoing", _("Outgoing")
    NOTE = "note", _("Internal note")
    # To somebody outside who is not the contact, and what they answer: the contact never sees it.
    FORWARD = "forward", _("Forwarded")
    ASIDE = "aside", _("Answer to a forward")


class DraftKind(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")


class MessageState(models.TextChoices):
    """How far an outgoing message has come; incoming ones and notes are ``sent`` from the start."""

    QUEUED = "queued", _("Sending")
    SENT = "sent", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Seen")
    FAILED = "failed", _("Not sent")
    UNKNOWN = "unknown", _("May have been sent")
    HELD = "held", _("On hold")
    WITHDRAWN = "withdrawn", _("Taken back")


class RecipientState(models.TextChoices):
    """What became of a mail of ours to one of its readers."""

    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Sent")
    DELIVERED = "delivered", _("Delivered")
    COMPLAINED = "complained", _("Marked as spam")
    DELAYED = "delayed", _("Delayed")
    REFUSED = "refused", _("Refused")
    BOUNCED = "bounced", _("Came back")
    UNKNOWN = "unknown", _("May have been sent")


class Rating(models.TextChoices):
    """What a contact thought of the help they got."""

    BAD = "bad", _("Bad")
    GOOD = "good", _("Good")
    EXCELLENT = "excellent", _("Excellent")


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    UNREADABLE = "unreadable", _("Unreadable")


class AfterFetch(models.TextChoices):
    """What is done on the mail server with a mail that is here; it never tells what has been read."""

    NOTHING = "nothing", _("Leave it as it is")
    SEEN = "seen", _("Mark it as read")
    MOVE = "move", _("Move it to a folder")
    DELETE = "delete", _("Delete it")


class FromStyle(models.TextChoices):
    """Whose name a mail of ours bears."""

    PERSON = "person", _("Person and company")
    COMPANY = "company", _("The company alone")
    ALONE = "alone", _("The person alone")


class Threading(models.TextChoices):
    """Where a mail goes that answers nothing of ours, but whose writer is known."""

    THREAD = "thread", _("Starts a conversation of its own")
    CONTACT = "contact", _("Goes on with their open conversation")
    SUBJECT = "subject", _("Goes on with their open conversation of the same subject")


class MailService(models.TextChoices):
    """Who can post a channel's mails to us, and take them; names are the same in every language."""

    MAILGUN = "mailgun", "Mailgun"
    MANDRILL = "mandrill", "Mandrill"
    POSTMARK = "postmark", "Postmark"
    SENDGRID = "sendgrid", "SendGrid"
    SES = "ses", "Amazon SES"


class Direction(models.TextChoices):
    FETCHING = "fetching", _("Fetching")
    SENDING = "sending", _("Sending")


class EventKind(models.TextChoices):
    """``noun.past_participle``; each is written once, with its number in the conversation."""

    CONVERSATION_OPENED = "conversation.opened"
    CONVERSATION_ASSIGNED = "conversation.assigned"
    CONVERSATION_UNASSIGNED = "conversation.unassigned"
    CONVERSATION_MOVED = "conversation.moved"
    CONVERSATION_MERGED = "conversation.merged"
    CONVERSATION_MERGED_AWAY = "conversation.merged_away"
    CONVERSATION_TAKEN_APART = "conversation.taken_apart"
    CONVERSATION_CLOSED = "conversation.closed"
    CONVERSATION_REOPENED = "conversation.reopened"
    CONVERSATION_SNOOZED = "conversation.snoozed"
    CONVERSATION_WOKEN = "conversation.woken"
    CONVERSATION_TAGGED = "conversation.tagged"
    CONVERSATION_UNTAGGED = "conversation.untagged"
    CONVERSATION_PRIORITIZED = "conversation.prioritized"
    CONVERSATION_SPAM_MARKED = "conversation.spam_marked"
    CONVERSATION_SPAM_CLEARED = "conversation.spam_cleared"
    CONVERSATION_RATED = "conversation.rated"
    RULE_APPLIED = "rule.applied"
    RULE_STOPPED = "rule.stopped"
    PROMISE_SET = "promise.set"
    PROMISE_WARNED = "promise.warned"
    PROMISE_BROKEN = "promise.broken"
    CONVERSATION_READ = "conversation.read"
    CONVERSATION_UNREAD = "conversation.unread"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_QUEUED = "message.queued"
    MESSAGE_SENT = "message.sent"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_REPORTED = "message.reported"
    MESSAGE_RETRIED = "message.retried"
    MESSAGE_WITHDRAWN = "message.withdrawn"
    MESSAGE_HELD = "message.held"
    MESSAGE_RELEASED = "message.released"
    MESSAGES_DELIVERED = "messages.delivered"
    MESSAGES_MAILED = "messages.mailed"
    MESSAGES_READ = "messages.read"
    NOTE_ADDED = "note.added"
    ATTACHMENT_SHRUNK = "attachment.shrunk"
    CONTACT_CHANGED = "contact.changed"
    SENDER_BLOCKED = "sender.blocked"
    SENDER_UNBLOCKED = "sender.unblocked"
    PICTURES_ALLOWED = "pictures.allowed"
    PICTURES_STOPPED = "pictures.stopped"
    CHANNEL_CREATED = "channel.created"
    CHANNEL_CHANGED = "channel.changed"
    CHANNEL_TROUBLED = "channel.troubled"
    CHANNEL_RECOVERED = "channel.recovered"
