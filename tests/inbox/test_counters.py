"""Counters of tags, which know by themselves what is open (test_state_and_events compares them with lists)."""

from accounts.tenancy import scope
from inbox import sidebar
from inbox.actions.lifecycle import close_conversation, reopen_conversation
from inbox.models import ConversationTag, Tag
from tests.support.races import run_into


def test_a_tag_put_on_what_is_being_closed_is_not_counted(workspace, conversation, operator):
    """Also by a statement that asks nobody first, as one that tags many would."""
    with scope(workspace):
        tag = Tag.objects.create(name="vip")

    def put():
        with scope(workspace):
            ConversationTag.objects.bulk_create(
                [ConversationTag(conversation=conversation, tag=tag, is_open=True)]
            )
            return sidebar.count(operator)[f"tag-{tag.pk}"]

    with scope(workspace):
        close_conversation(conversation, actor=operator)
        counted = run_into(put)

    assert counted.result(10) == 0
    with scope(workspace):
        reopen_conversation(conversation, actor=operator)
        assert sidebar.count(operator)[f"tag-{tag.pk}"] == 1
