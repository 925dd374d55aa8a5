"""Words that look like a template's are words, wherever somebody may write and somebody reads."""

from accounts.tenancy import scope
from inbox.actions.mail_words import signature_of
from inbox.actions.messaging import send_message
from inbox.models import Conversation
from knowledgebase.words import fill
from tests import factories
from tests.mail.posting import make_mail_channel
from tests.support.entrance import client_of

ORDERS = [
    "{{ settings.SECRET_KEY }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ 7*7 }}",
    "{% include 'base.html' %}",
    "{% debug %}",
    "{# gone #}",
    "${7*7} <%= 7*7 %> #{7*7}",
    "{0.__class__} {name.__class__} {name!r} %(name)s %s",
    "{{ contact.__class__ }}{{ contact.workspace.name }}",
]
WORDS = "\n".join(ORDERS)


def test_orders_in_words_are_not_followed(workspace, channel, operator):
    mailbox = make_mail_channel(workspace)
    talk = factories.make_conversation(channel, "ada", WORDS)
    with scope(workspace):
        operator.signature = WORDS
        mailbox.config["signature"] = WORDS
        assert signature_of(mailbox, operator) == WORDS
        assert signature_of(mailbox, None) == WORDS
        filled = fill(WORDS, {"contact.name": "Ada"})
        assert (filled.text, filled.missing) == (WORDS, [])
        talk.contact.name = ORDERS[0]
        talk.contact.save(update_fields=["name"])
        send_message(talk, text=WORDS, actor=operator)
        kept = [one.text for one in Conversation.objects.get(pk=talk.pk).messages.all()]
    assert kept == [WORDS, WORDS]

    client = client_of(operator)
    for path in (f"inbox/{talk.number}/", f"inbox/{talk.number}/card/", "inbox/?view=open"):
        page = client.get(f"/{workspace.slug}/{path}").content.decode()
        assert ORDERS[0] in page, path
    page = client.get(f"/{workspace.slug}/inbox/{talk.number}/").content.decode()
    for order in ("{{ 7*7 }}", "{% debug %}", "{# gone #}", "${7*7}", "{0.__class__}"):
        assert page.count(order) >= 2, order
