"""Whatever people and strangers can name or say, no page takes it for markup."""

from django.apps import apps
from django.conf import settings
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from accounts.models import Workspace
from accounts.tenancy import scope
from inbox.models import Contact, Mail
from tests.access.asking import LENIENT, fill
from tests.access.digest import undone
from tests.access.doors import PAGES, WORKSPACE
from tests.access.people import BY_NAME
from tests.access.rules import PUBLIC

EVIL = "<b id=z{}>"
NAMED = {
    "accounts": {
        "ApiToken": ["name"], "Membership": ["signature"], "Team": ["name"],
        "User": ["name", "public_name"], "Workspace": ["name"],
    },
    "inbox": {
        "Attachment": ["name"], "Channel": ["name", "last_error"],
        "Contact": ["name", "phone", "page_title", "page_url"],
        "Conversation": ["subject", "preview"], "Delivery": ["error", "sender", "subject"],
        "Draft": ["text", "html"], "MailGrant": ["error"],
        "Mail": ["subject", "sender_name", "whole_text", "html"], "Mailbox": ["last_error"],
        "Message": ["text", "html", "error", "mail_error"], "Tag": ["name"],
    },
    "knowledgebase": {
        "ArticleTranslation": ["title", "text", "html", "live_title", "live_text", "live_html"],
        "SavedReply": ["name", "text"],
    },
    "routing": {"Rule": ["name"], "SlaPolicy": ["name"]},
    "analytics": {"QualityReview": ["note"]},
}  # fmt: skip
# What stands on some page for certain: were it not found, nothing would have been looked at.
SEEN = {
    "ApiToken.name", "ArticleTranslation.live_title", "Attachment.name", "Channel.name",
    "Contact.name", "Contact.visit", "Conversation.preview", "Conversation.subject", "Mail.people",
    "Message.error", "Message.text", "Rule.name", "SavedReply.name", "SlaPolicy.name", "Tag.name",
    "Team.name", "User.name", "Workspace.name",
}  # fmt: skip


def spoil(workspace):
    """Call everything something hostile; return what was written by field."""
    said: dict[str, str] = {}
    for app, models in NAMED.items():
        for name, fields in models.items():
            model = apps.get_model(app, name)
            rows = model.objects.filter(pk=workspace.pk) if model is Workspace else model.objects
            for field in fields:
                said[f"{name}.{field}"] = evil = EVIL.format(len(said))
                rows.update(**{field: Concat(Value(evil), Cast("pk", CharField()))})
    said["Mail.people"], said["Contact.visit"] = EVIL.format("p"), EVIL.format("v")
    Mail.objects.update(people={"to": [{"name": said["Mail.people"], "address": "a@far.test"}]})
    evil = said["Contact.visit"]
    page = {"url": "https://a.test/", "title": evil, "at": "2026-01-01T10:00:00+00:00"}
    told = {"browser": evil, "language": evil, "fields": {evil: evil}, "pages": [page]}
    Contact.objects.update(visit=told)
    return said


def pages(world):
    person = BY_NAME["super_admin"]
    for door in (*WORKSPACE, *PAGES):
        prefix = f"/{world.here.slug}/" if door in WORKSPACE else "/"
        for call in door.calls if door in WORKSPACE or door.needs is PUBLIC else ():
            if call.method == "GET":
                yield prefix + fill(door, call, world.here, person=person)


def test_what_anybody_names_is_never_markup(world):
    cookie = world.cookie(BY_NAME["super_admin"])
    shown, wrong = [], []
    with undone():
        with scope(world.here.workspace):
            said = spoil(world.here.workspace)
        for path in pages(world):
            LENIENT.cookies.clear()
            LENIENT.cookies[settings.SESSION_COOKIE_NAME] = cookie
            answer = LENIENT.get(path)
            if not answer.get("Content-Type", "").startswith("text/html"):
                continue
            page = (b"".join(answer) if answer.streaming else answer.content).decode()
            shown.append(page)
            if "<b id=" in page or answer.status_code == 500:
                wrong.append((answer.status_code, path))

    assert wrong == []
    words = "".join(shown)
    seen = {
        name
        for name, evil in said.items()
        if evil.replace("<", "&lt;").replace(">", "&gt;") in words
    }
    assert SEEN - seen == set()
