"""Mails that nobody wrote for their reader: so many a day to one address, whoever sends them."""

from accounts.tenancy import scope
from inbox.enums import MessageKind
from inbox.models import Message
from routing.actions.rules import keep_rule
from tests.mail.answering import answer, carry
from tests.mail.posting import make_mail_channel, post, written
from tests.routing.test_conditions import every


def test_one_address_gets_so_many_from_all_workspaces(
    workspace, elsewhere, operator, server, settle, limit
):
    limit("automatic-mail", 1)
    reply = {"do": "reply", "with": "We have your message.", "named": "We have it."}
    facts = {"is_on": True, "stops": False, "conditions": every(), "actor": None}
    came = []
    for place in (workspace, elsewhere):
        with scope(place):
            keep_rule(None, name="Received", triggers=["opened"], actions=[reply], **facts)
        conversation = post(make_mail_channel(place), written()).conversation
        while settle(place):
            pass
        with scope(place):
            message = Message.objects.get(kind=MessageKind.OUTGOING)
        came.append((conversation, carry(message)))

    (asked, first), (_other, second) = came
    assert (first.state, second.state) == ("sent", "failed")
    assert second.error == "This address has had as many automatic mails today as one gets."
    assert len(server.mails) == 1
    assert carry(answer(asked, operator)).state == "sent"
