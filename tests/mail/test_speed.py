"""What taking in a mail costs: every statement more is a mail less in each second."""

import pytest

from inbox import intake, keeping, languages
from tests.mail.posting import NOW, post, written

# BEGIN, setting, known, blocked, sender; number, conversation, message, events, follow-ups, mail;
# delivery, COMMIT
NEW = 13
# BEGIN, setting, known, blocked, what it answers; what that is a part of, conversation, who is drawn
# in the row, tags;
# message, conversation, event, follow-up, mail; delivery, COMMIT
ANSWER = 16


@pytest.mark.parametrize(
    ("headers", "statements"),
    [({}, NEW), ({"in_reply_to": "<1@example.test>"}, ANSWER)],
    ids=["new", "answer"],
)
def test_a_mail_costs_few_statements(
    workspace, mailbox, django_assert_num_queries, headers, statements
):
    post(mailbox, written())
    languages._read[workspace.pk] = (languages.time.monotonic(), frozenset({"en"}))
    raw = written("And?", message_id="<2@example.test>", **headers)
    kept = keeping.keep(workspace, mailbox, raw, received_at=NOW)

    with django_assert_num_queries(statements):
        intake.ingest_mail(workspace, kept.delivery)
