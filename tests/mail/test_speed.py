"""What taking in a mail costs: every statement more is a mail less in each second."""

import pytest

from inbox import intake, languages
from tests.mail.posting import NOW, post, written

# BEGIN, setting, blocked, known, sender; number, conversation, event, follow-up; message, mail,
# conversation, event, follow-up; delivery, COMMIT
NEW = 16
# BEGIN, setting, blocked, known, what it answers; conversation; message, mail, tags,
# conversation, event, follow-up; delivery, who is drawn in the row, COMMIT
ANSWER = 15


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
    kept = intake.keep(workspace, mailbox, raw, received_at=NOW)

    with django_assert_num_queries(statements):
        intake.ingest_mail(workspace, kept.delivery)
