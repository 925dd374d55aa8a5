"""What mail services post of mails that they sent, each in its own form."""

import hmac
import json
import time
from hashlib import sha256

from tests.mail.test_hooks import basic

KEY = "report-key"
FATES = ("delivered", "delayed", "bounced", "refused", "complained")
WORDS = "550 5.1.1 nobody here"
MAILGUN = {
    "delivered": {"event": "delivered"},
    "delayed": {"event": "failed", "severity": "temporary"},
    "bounced": {"event": "failed", "severity": "permanent"},
    "refused": {"event": "rejected"},
    "complained": {"event": "complained"},
}
MANDRILL = dict(zip(FATES, ("delivered", "deferral", "hard_bounce", "reject", "spam"), strict=True))
POSTMARK = {
    "delivered": {"RecordType": "Delivery"},
    "delayed": {"RecordType": "Bounce", "Type": "Transient"},
    "bounced": {"RecordType": "Bounce", "Type": "HardBounce"},
    "complained": {"RecordType": "SpamComplaint"},
}
SENDGRID = dict(
    zip(FATES, ("delivered", "deferred", "bounce", "dropped", "spamreport"), strict=True)
)


def mailgun(fate, address, note, name, key=KEY):
    at, token = str(int(time.time())), "token"
    signature = hmac.new(key.encode(), f"{at}{token}".encode(), sha256).hexdigest()
    said = {
        "signature": {"timestamp": at, "token": token, "signature": signature},
        "event-data": MAILGUN[fate] | {
            "recipient": address, "delivery-status": {"message": WORDS},
            "message": {"headers": {"message-id": name}}, "user-variables": {"mail": note},
        },
    }  # fmt: skip
    return json.dumps(said), "application/json; charset=utf-8", {}


def mandrill(fate, address, note, name, key=KEY):
    said = {"email": address, "metadata": {"mail": note}, "_id": name, "diag": WORDS}
    events = json.dumps([{"event": MANDRILL[fate], "_id": name, "msg": said}, {"event": "open"}])
    return events, "application/x-www-form-urlencoded", {"mandrill": key}


def postmark(fate, address, note, name, key=None):
    said = POSTMARK[fate] | {"MessageID": name, "Metadata": {"mail": note}, "Details": WORDS}
    said["Recipient" if fate == "delivered" else "Email"] = address
    return json.dumps(said), "application/json", basic(key) if key else {}


def sendgrid(fate, address, note, name, key=None):
    said = {"event": SENDGRID[fate], "email": address, "mail": note, "anymail_id": name}
    said["response" if fate == "delayed" else "reason"] = WORDS
    return json.dumps([{"event": "processed"}, said]), "application/json", basic(key) if key else {}


def amazon(fate, address, note, name, key=None):
    mail = {"messageId": name, "destination": [address]}
    if note:
        metadata = json.dumps({"mail": note})
        mail["headers"] = [{"name": "X-Metadata", "value": metadata}]
    who = {"emailAddress": address, "diagnosticCode": WORDS}
    said = {
        "delivered": {"eventType": "Delivery", "delivery": {"recipients": [address]}},
        "delayed": {"eventType": "DeliveryDelay", "deliveryDelay": {"delayedRecipients": [who]}},
        "bounced": {
            "notificationType": "Bounce",
            "bounce": {"bounceType": "Permanent", "bouncedRecipients": [who]},
        },
        "refused": {"eventType": "Reject", "reject": {"reason": WORDS}},
        "complained": {"eventType": "Complaint", "complaint": {"complainedRecipients": [who]}},
    }
    return json.dumps(said[fate] | {"mail": mail}), "text/plain; charset=UTF-8", {}


FORMS = {
    "mailgun": mailgun, "mandrill": mandrill, "postmark": postmark, "sendgrid": sendgrid,
    "ses": amazon,
}  # fmt: skip


class Noticing(list[bytes]):
    """Does something whenever a mail comes in, before the server says that it took it."""

    def __init__(self, does):
        super().__init__()
        self._does = does

    def append(self, raw):
        super().append(raw)
        self._does(raw)
