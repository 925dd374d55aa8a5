"""Links in mails by which a contact rates: signed, for one conversation, for a month."""

from uuid import UUID

from django.conf import settings
from django.core import signing

from accounts.tenancy import current_workspace
from inbox.models import Conversation

SALT = "analytics.rating"
LASTS = 30 * 86_400  # seconds


class StaleLink(Exception):
    """It is none of ours, or too old."""


def link_to_rate(conversation: Conversation, value: str = "") -> str:
    said = [current_workspace().pk, str(conversation.public_id)]
    token = signing.dumps(said, salt=SALT)
    return f"{settings.BASE_URL}/rate/{token}/" + (f"?value={value}" if value else "")


def read_link(token: str) -> tuple[int, UUID]:
    """
    Return the workspace and the conversation that a link is for.

    :raises StaleLink: if it is none of ours, or too old.
    """
    try:
        workspace_id, public_id = signing.loads(token, salt=SALT, max_age=LASTS)
        return int(workspace_id), UUID(public_id)
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise StaleLink from error
