"""Mail without a mail server: to the console and to files."""

import secrets
import sys
from collections.abc import Sequence

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class LocalBackend(BaseEmailBackend):
    """Shows each mail on the console and keeps it as a file that any mail program opens."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = settings.DATA_DIR / "mail"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S}-{secrets.token_hex(4)}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
            heading = f"To: {', '.join(message.recipients())}\nSubject: {message.subject}"
            sys.stdout.write(f"{heading}\n\n{message.body}\n\n(kept in {folder / name})\n")
        sys.stdout.flush()
        return len(email_messages)
