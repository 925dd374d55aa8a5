"""The mail that takes a conversation to its contact."""

from accounts.actions.letters import owe_letter
from accounts.letters import Words, ring_for
from accounts.models import Letter
from accounts.tenancy import after_commit, current_workspace
from inbox.models import Conversation

KIND = "transcript"
MOST = 200  # messages, the newest


def send_transcript(conversation: Conversation, *, email: str) -> None:
    """Owe the contact a copy of what was said, at the address that they gave."""
    letter = owe_letter(KIND, about=conversation.pk, email=email)
    after_commit(ring_for, letter)


def write_transcript(letter: Letter) -> Words | None:
    conversation = Conversation.objects.filter(pk=letter.subject_id).first()
    if conversation is None:
        return None
    public = conversation.messages.public().select_related("author__user")
    return Words(
        "inbox/email/transcript",
        {
            "workspace": current_workspace(),
            "conversation": conversation,
            "messages": list(public.order_by("-public_seq")[:MOST])[::-1],
        },
    )
