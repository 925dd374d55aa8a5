"""What to do about what a mail server says."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# From the most particular to the least.
ADVICE: tuple[tuple[re.Pattern[str], Promise], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (
            r"refuses our sign-in|nobody has signed in",
            _("Sign in again under Servers, with the account of this mailbox."),
        ),
        (
            r"client ID",
            _("Whoever runs this site can mend it: the settings begin with OAUTH."),
        ),
        (
            r"SmtpClientAuthentication",
            _(
                "Sending is switched off for this mailbox or its organisation. Its administrator"
                " can allow authenticated SMTP in Microsoft 365."
            ),
        ),
        (
            r"sign-in by OAuth",
            _(
                "See that the mailbox lets programs in by IMAP and SMTP, and that you signed in"
                " with its own account. Then sign in again under Servers."
            ),
        ),
        (
            r"app(lication)?[ -]?(specific)? ?password|5\.7\.9\b",
            _(
                "This server wants an app password, not the one that people sign in with. Make one"
                " in the mail account under Security, then type it under Servers."
            ),
        ),
        (
            r"5\.7\.30\b|5\.7\.139|basic auth",
            _("This server takes no passwords from programs any more. Sign in under Servers."),
        ),
        (
            r"\b53[0458]\b|refused the user name|authentication ?failed|login failed|credentials",
            _("Check the user name and the password under Servers. Often it is the whole address."),
        ),
        (
            r"too many (simultaneous )?connections|\[LIMIT\]",
            _("Other programs keep too many connections to this mailbox open. Close one of them."),
        ),
        (
            r"private network|not one that is used",
            _("Whoever runs this site can allow it: the setting is ALLOW_PRIVATE_SERVERS."),
        ),
        (
            r"certificate|speaks no TLS",
            _(
                "Check the name of the server and the security under Servers. The certificate must"
                " be for that very name."
            ),
        ),
        (r"no mail server of this name", _("Check the name of the server under Servers.")),
        (
            r"did not answer in time|cannot be reached",
            _("Check server and port under Servers, or ask whether the server is up."),
        ),
        (
            r"relay|sender address rejected|not owned",
            _("This sign-in may not write as the address."),
        ),
        (
            r"did not come within",
            _("Look for it in the mailbox: a filter may have put it into another folder."),
        ),
        (
            r"nonexistent|doesn't exist|unknown mailbox",
            _("Check the folder's name under Fetching."),
        ),
    )
)


def advice_on(words: str) -> str:
    """Return a sentence that helps, or the one that always does."""
    for pattern, sentence in ADVICE:
        if pattern.search(words):
            return str(sentence)
    return str(_("Try again. If it stays so, show these words to whoever keeps your mail server."))
