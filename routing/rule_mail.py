"""The mail by which a rule tells somebody of a conversation."""

from django.conf import settings
from django.urls import reverse

from accounts.letters import Words
from accounts.models import Letter, User
from accounts.tenancy import current_workspace
from inbox.models import Conversation
from routing.models import RuleRun


def write_alert(letter: Letter) -> Words | None:
    run = RuleRun.objects.select_related("rule").filter(pk=letter.subject_id).first()
    reader = User.objects.filter(email=letter.email).first()
    if run is None or reader is None:
        return None
    conversation = Conversation.objects.with_people().get(pk=run.conversation_id)
    context = {
        "workspace": current_workspace(),
        "conversation": conversation,
        "rule": run.rule,
        "link": f"{settings.BASE_URL}{reverse('conversation', args=[conversation.number])}",
    }
    return Words("routing/email/rule_alert", context, language=reader.language)
