"""March 2026 in a workspace: what was said and done, each at its time (UTC), through the real actions."""

from datetime import UTC, datetime

from accounts.models import Membership, Workspace
from accounts.tenancy import scope
from helpdesk.demo import clock
from inbox.actions import assignment, lifecycle, messaging, outgoing, ratings, receiving, spam
from inbox.enums import Rating
from inbox.models import Conversation
from tests import factories


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, second, tzinfo=UTC)


class Month:
    def __init__(self, workspace: Workspace, **people: Membership):
        self.workspace, self.people = workspace, people
        with clock.moved(at(1, 0)):
            self.channel = factories.make_channel(workspace)

    @property
    def olga(self) -> Membership:
        return self.people["olga"]

    @property
    def marta(self) -> Membership:
        return self.people["marta"]

    def do(self, when, verb, sender, who=None, **facts):
        with clock.moved(when), scope(self.workspace):
            getattr(self, verb)(sender, self.people.get(who), **facts)

    def of(self, sender) -> Conversation:
        found = Conversation.objects.with_people().filter(handle__value=sender)
        return found.latest("pk")

    def says(self, sender, _):
        receiving.receive_message(self.channel, factories.incoming(sender))

    def answers(self, sender, who):
        message = messaging.send_message(self.of(sender), text="Hi", actor=who)
        outgoing.record_sent(outgoing.claim_message(message.pk), external_id="")

    def notes(self, sender, who):
        messaging.add_note(self.of(sender), text="Psst", actor=who)

    def closes(self, sender, who):
        lifecycle.close_conversation(self.of(sender), actor=who)

    def reopens(self, sender, who):
        lifecycle.reopen_conversation(self.of(sender), actor=who)

    def assigns(self, sender, who):
        assignment.assign_conversation(self.of(sender), to=who, actor=None)

    def marks_spam(self, sender, who):
        spam.mark_spam(self.of(sender), actor=who)

    def clears_spam(self, sender, who):
        spam.clear_spam(self.of(sender), actor=who)

    def rates(self, sender, _, value):
        ratings.rate_conversation(self.of(sender), value=Rating(value), comment="Why not")


def live_through(month: Month) -> None:
    """
    Let the month pass. Worked out by hand:

    * ada, Mon 2: writes 9:00, is answered by Olga 9:02: first response 120 s. Writes 9:10, is
      answered 9:15: response 300 s. Closed by Olga 10:00: resolution 3,600 s. Excellent at 10:05.
    * ben, Mon 2: writes 9:30 and 9:31, is given to Marta 9:35, answered by her 9:40: first response
      600 s from what he wrote first. Closed Tue 3, 9:30: 86,400 s. Writes again Wed 4, 12:00, which
      reopens; answered 12:04: response 240 s, no first one. Closed 13:00: 3,600 s. Bad at 13:10.
    * cid, Sat 7: writes 23:59:30, answered by Olga Sun 8, 0:00:30: first response 60 s, which
      counts on Sunday. Closed Mon 9, 23:59:30: 172,800 s.
    * dan, Sun 15: writes 8:00, is marked as spam 8:01: counts nowhere, not even as new.
    * fay, Fri 20: writes 10:00; Olga closes 10:01:00 and reopens 10:01:30, which takes the closing
      back; answers 10:10: first response 600 s; closes 10:20: resolution 1,200 s.
    * gus, Wed 25: writes 14:00; a program answers 14:01, which is no answer of a person; a note at
      14:03 is none either; Olga answers 14:05: first response 300 s. Stays open.
    * eva, Tue 31: writes 22:00 and is not answered. Stays open.

    New: ada, ben, cid, fay, gus, eva = 6. Reopened: ben = 1.
    First responses: 60 120 300 600 600 s: median 300, p90 (the 5th of 5) 600.
    Responses: those and 240 300: 60 120 240 300 300 600 600: median 300.
    Resolutions: 1,200 3,600 3,600 86,400 172,800: median 3,600, p90 172,800.
    Rated: 1 bad, 1 excellent. Assigned: 1. Open at the end: 6 + 1 - 5 = 2.
    """
    for when, verb, sender, who, *facts in (
        (at(2, 9), "says", "ada", None),
        (at(2, 9, 2), "answers", "ada", "olga"),
        (at(2, 9, 10), "says", "ada", None),
        (at(2, 9, 15), "answers", "ada", "olga"),
        (at(2, 9, 30), "says", "ben", None),
        (at(2, 9, 31), "says", "ben", None),
        (at(2, 9, 35), "assigns", "ben", "marta"),
        (at(2, 9, 40), "answers", "ben", "marta"),
        (at(2, 10), "closes", "ada", "olga"),
        (at(2, 10, 5), "rates", "ada", None, "excellent"),
        (at(3, 9, 30), "closes", "ben", "marta"),
        (at(4, 12), "says", "ben", None),
        (at(4, 12, 4), "answers", "ben", "marta"),
        (at(4, 13), "closes", "ben", "marta"),
        (at(4, 13, 10), "rates", "ben", None, "bad"),
        (at(7, 23, 59, 30), "says", "cid", None),
        (at(8, 0, 0, 30), "answers", "cid", "olga"),
        (at(9, 23, 59, 30), "closes", "cid", "olga"),
        (at(15, 8), "says", "dan", None),
        (at(15, 8, 1), "marks_spam", "dan", "olga"),
        (at(20, 10), "says", "fay", None),
        (at(20, 10, 1), "closes", "fay", "olga"),
        (at(20, 10, 1, 30), "reopens", "fay", "olga"),
        (at(20, 10, 10), "answers", "fay", "olga"),
        (at(20, 10, 20), "closes", "fay", "olga"),
        (at(25, 14), "says", "gus", None),
        (at(25, 14, 1), "answers", "gus", None),
        (at(25, 14, 3), "notes", "gus", "marta"),
        (at(25, 14, 5), "answers", "gus", "olga"),
        (at(31, 22), "says", "eva", None),
    ):
        month.do(when, verb, sender, who, **({"value": facts[0]} if facts else {}))
