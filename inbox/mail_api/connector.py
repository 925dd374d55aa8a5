"""A mail channel that sends by a mail service."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from inbox.connectors.base import (
    OutcomeUnknown,
    PermanentConnectorError,
    RecipientsRefused,
    Refusal,
    TemporaryConnectorError,
)
from inbox.connectors.email import EmailConnector
from inbox.connectors.mail.addresses import Address
from inbox.connectors.mail.checking import Lane, lane
from inbox.connectors.mail.composing import Head, written
from inbox.mail_api.giving import TEST_PATIENCE, Readers, Sender, give


class ServiceConnector(EmailConnector):
    """``config["sender"]`` is the service, ``secrets["sender"]`` its key; all else is as with any mail."""

    @property
    def sender(self) -> Sender:
        return Sender(**self.config["sender"], key=self.secrets.get("sender", ""))

    def hand_over(self, head: Head, raw: bytes, *, name: str) -> None:
        """Give it to the service, which tells of each reader whether they will get it."""
        groups, refused, unsure = list(_groups(head)), dict[str, Refusal](), ""
        for group in groups:
            try:
                given = give(self.sender, raw, group)
            except OutcomeUnknown as error:
                unsure = error.unsure
            except (TemporaryConnectorError, PermanentConnectorError) as error:
                if len(groups) == 1:
                    raise
                is_final = isinstance(error, PermanentConnectorError)
                refused |= dict.fromkeys(group.addresses, Refusal(str(error), is_final))
            else:
                refused |= given.refused
                self.names.update(given.names)
        if unsure:
            raise OutcomeUnknown(unsure, refused)
        if refused:
            raise RecipientsRefused(refused)

    def try_sending(self, address: str, raw: bytes) -> Lane:
        with lane() as made:
            began = time.monotonic()
            sender = replace(self.sender, patience=TEST_PATIENCE)
            given = give(sender, raw, Readers((address,), addresses=(address,)))
            for refusal in given.refused.values():
                raise PermanentConnectorError(refusal.said)
            made.note("sent", began, address)
            made.note("taken", began, " ".join(given.names.values()) or sender.name)
        return made

    def check(self) -> None:
        """Nothing tells whether a service lets us in but a mail to somebody."""


def _groups(head: Head) -> Iterator[Readers]:
    """
    Return who is written to at once; services write the lists of readers themselves.

    One is always named, so where all others have the mail already, those in Bcc get it one by one.
    """
    waiting = set(head.envelope)
    to = [one for one in head.to if one.address in waiting]
    cc = [one for one in head.cc if one.address in waiting]
    named = {one.address for one in (*to, *cc)}
    bcc = tuple(one for one in head.envelope if one not in named)
    if not named:
        yield from (Readers((one,), addresses=(one,)) for one in bcc)
        return
    first, second = (to, cc) if to else (cc, [])
    yield Readers(_listed(first), _listed(second), bcc, head.envelope)


def _listed(people: Sequence[Address]) -> tuple[str, ...]:
    return tuple(str(written(one)) for one in people)
