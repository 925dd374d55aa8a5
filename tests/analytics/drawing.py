"""Conversations that are drawn and reviewed, for tests of both."""

from django.utils import timezone

from accounts.tenancy import scope
from analytics.actions.reviews import Verdict, give_review
from analytics.actions.sampling import draw_sample
from analytics.enums import Criterion
from analytics.periods import Period
from inbox.actions.lifecycle import close_conversation
from inbox.actions.messaging import add_note, send_message
from inbox.actions.outgoing import claim_message, record_sent
from inbox.models import Conversation
from tests import factories

WHOLE = dict.fromkeys(map(str, Criterion), "yes")


def answered(channel, *people, note=None, closes=True, text="Hello"):
    """Have a conversation answered by some, in this order, and closed by the last."""
    one = factories.make_conversation(channel, text=text)
    with scope(channel.workspace):
        for actor in people:
            message = send_message(one, text=f"I am {actor.user.display_name}.", actor=actor)
            record_sent(claim_message(message.pk), external_id="")
        if note:
            add_note(one, text="Psst", actor=note)
        if closes:
            close_conversation(one, actor=people[-1])
        return Conversation.objects.with_people().get(pk=one.pk)


def this_month():
    return Period.parse({}, zone="UTC", now=timezone.now())


def draw(workspace, actor, **how):
    with scope(workspace):
        sample = draw_sample(this_month(), actor=actor, **({"each": 3} | how))
        items = sample.items.order_by("place")
        return sample, list(items.values_list("operator", "conversation"))


def give(item, actor, **marks):
    with scope(item.workspace):
        verdict = Verdict.parse(WHOLE | marks)
        return give_review(item, verdict, actor=actor)
