"""Mails that test a channel: marked, so that what comes back is known and becomes nobody's conversation."""

import secrets

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.tenancy import current_workspace

BEFORE, LENGTH = "test.", 16


def new_mark() -> str:
    """Return what begins a test mail's Message-ID; nobody else can make one."""
    drawn = secrets.token_hex(LENGTH // 2)
    return f"{BEFORE}{drawn}{_proof(drawn)}"


def is_test(message_id: str) -> bool:
    """Tell whether an id, or a mark, is of a test of this workspace."""
    mark = message_id.partition("@")[0]
    if not mark.startswith(BEFORE):
        return False
    said = mark.removeprefix(BEFORE)
    return constant_time_compare(said[LENGTH:].encode(), _proof(said[:LENGTH]).encode())


def _proof(drawn: str) -> str:
    secret = f"{settings.SECRET_KEY}-{current_workspace().pk}"
    made = salted_hmac("inbox.test_mail", drawn, secret=secret, algorithm="sha256")
    return made.hexdigest()[: LENGTH * 2]
