"""
Fetch what is new in a mailbox.

A mail's file is stored first; then its delivery and the cursor of its folder are written in one
transaction, and only then it is read. New mail comes before everything else. Once an hour, and
when the server counts anew, what came lately is looked through for mails that are not here.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from datetime import date, timedelta
from typing import TypeVar

from django.utils import timezone

from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import intake, keeping
from inbox.actions import mailboxes
from inbox.actions.delivery import note_unreadable
from inbox.connectors.base import TemporaryConnectorError
from inbox.connectors.mail.imap import Found, Session
from inbox.connectors.mail.imap_words import NotGiven
from inbox.enums import AfterFetch, DeliveryState
from inbox.fetching.bodies import MOST_TRIES, Fetched, batches, fetch_all
from inbox.models import Delivery, Mail, Mailbox, MailFolder

T = TypeVar("T")

MOST_COMPARED = 200
HEARTBEAT = 20.0  # seconds between two signs that we are still here
LOOK_BACK = timedelta(days=2)
CLOCKS_DIFFER = timedelta(minutes=2)
LOOK_BACK_EVERY = timedelta(hours=1)


class Stopped(Exception):
    """Whoever runs us wants an end; all that was begun is done."""


class Reader:
    """Reads the folders of one mailbox over one session, for as long as it holds the mailbox."""

    def __init__(
        self,
        workspace: Workspace,
        mailbox: Mailbox,
        session: Session,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.workspace, self.mailbox, self.session = workspace, mailbox, session
        self._is_stopping = is_stopping
        self._held_at = time.monotonic()

    def read(self) -> None:
        """
        Fetch all that is new and all that is owed.

        :raises Stopped: if we are to end before that.
        :raises LeaseLost: if the mailbox is not ours any more.
        :raises ConnectorError: if the server is in trouble; what was kept so far is safe.
        """
        for folder in self.folders():
            self._open(folder)
            self._take_all(folder, self.session.after(folder.last_uid), moves=True)
        for folder in self.folders():
            self._look_again(folder)
        with scope(self.workspace):
            mailboxes.record_success(self.mailbox)

    def folders(self) -> list[MailFolder]:
        with scope(self.workspace):
            return list(self.mailbox.folders.filter(is_watched=True).order_by("pk"))

    def read_leftovers(self) -> None:
        """Go on with mails that were kept when whoever fetched before us died."""
        with scope(self.workspace):
            # One that has failed in words is the clock's, which lets it wait.
            left = Delivery.objects.filter(
                channel=self.mailbox.channel, state=DeliveryState.WAITING, error=""
            ).exclude(raw_key="")
            left.update(due_at=timezone.now())
            waiting = list(left.order_by("pk").values_list("pk", flat=True))
        for delivery_id in waiting:
            self.breathe()
            intake.ingest(self.workspace, delivery_id)

    def breathe(self) -> None:
        """Show that we are still here, now and then."""
        if self._is_stopping():
            raise Stopped
        if time.monotonic() - self._held_at > HEARTBEAT:
            with scope(self.workspace):
                mailboxes.hold_mailbox(self.mailbox)
            self._held_at = time.monotonic()

    def _open(self, folder: MailFolder) -> None:
        to_change = self.mailbox.after != AfterFetch.NOTHING
        state = self.session.open(folder.name, to_change=to_change)
        if folder.uidvalidity != state.uidvalidity:
            with scope(self.workspace):
                mailboxes.hold_mailbox(self.mailbox)
                mailboxes.begin_folder(
                    folder, uidvalidity=state.uidvalidity, next_uid=state.next_uid
                )

    def _look_again(self, folder: MailFolder) -> None:
        now = timezone.now()
        if folder.rescan_since:
            self._compare(folder, folder.rescan_since)
            self._note(folder, rescan_since=None)
        if folder.backfill_since:
            self._compare(folder, folder.backfill_since, is_archived=True)
            self._note(folder, backfill_since=None)
        if folder.looked_back_at and folder.looked_back_at < now - LOOK_BACK_EVERY:
            self._note(folder, looked_back_at=now)  # before, so that trouble in it is not for ever
            self._compare(folder, (now - LOOK_BACK).date())

    def _note(self, folder: MailFolder, **changed: object) -> None:
        with scope(self.workspace):
            mailboxes.hold_mailbox(self.mailbox)
            mailboxes.change_folder(folder, **changed)

    def _compare(self, folder: MailFolder, day: date, *, is_archived: bool = False) -> None:
        """Take what came since a day, up to the cursor, and is not here."""
        self._open(folder)
        found = [one for one in self.session.since(day) if one.uid <= folder.last_uid]
        if not is_archived:
            found = [one for one in found if _is_ours(folder, one)]
        names: dict[int, tuple[str, int]] = {}
        for some in _cut(found, MOST_COMPARED):
            self.breathe()
            ids = self.session.ids_of([one.uid for one in some])
            names |= {one.uid: (ids[one.uid], one.size) for one in some if one.uid in ids}
        there, here = Counter(names.values()), self._counted(names.values())
        # Of those that share id and size, as many must be here as are there.
        missing = [
            one
            for one in found
            if one.uid not in names or here[names[one.uid]] < there[names[one.uid]]
        ]
        self._take_all(folder, missing, moves=False, is_archived=is_archived)

    def _counted(self, names: Iterable[tuple[str, int]]) -> Counter[tuple[str, int]]:
        """Count the mails that are here by Message-ID and size."""
        here: Counter[tuple[str, int]] = Counter()
        for some in _cut(sorted({name for name, _ in names}), MOST_COMPARED):
            with scope(self.workspace):
                mails = Mail.objects.filter(channel=self.mailbox.channel, mail_id__in=some)
                here.update(mails.values_list("mail_id", "raw_size"))
        return here

    def _take_all(
        self,
        folder: MailFolder,
        found: Sequence[Found],
        *,
        moves: bool,
        is_archived: bool = False,
    ) -> None:
        left = len(found)
        for batch in batches(found, broke_at=folder.stuck_uid):
            self.breathe()
            left -= len(batch)
            self._take(folder, batch, waiting=left if moves else None, is_archived=is_archived)

    def _take(
        self, folder: MailFolder, batch: Sequence[Found], *, waiting: int | None, is_archived: bool
    ) -> None:
        with ExitStack() as files:
            mails = self._fetch(folder, batch, files)
            stored = keeping.store(
                self.workspace,
                self.mailbox.channel,
                [(mail.file, min(mail.found.at, timezone.now())) for mail in mails],
            )
        with scope(self.workspace):
            if waiting is None:
                mailboxes.hold_mailbox(self.mailbox)
            else:
                newest = max(one.at for one in batch)
                mailboxes.move_cursor(
                    self.mailbox, folder, uid=batch[-1].uid, newest=newest, waiting=waiting
                )
            kept = keeping.enter(self.mailbox.channel, stored, is_archived=is_archived)
            for mail, one in zip(mails, kept, strict=True):
                if mail.problem and one.is_new:
                    note_unreadable(one.delivery_id, mail.problem, **mail.about)
        self._held_at = time.monotonic()
        whole = [(mail, one) for mail, one in zip(mails, kept, strict=True) if not mail.problem]
        new = [one.delivery for _, one in whole if one.is_new]
        intake.ingest_mails(self.workspace, new, self._show_life)
        if not is_archived:
            self._tidy(folder, [mail.found.uid for mail, _ in whole])

    def _show_life(self) -> None:
        if time.monotonic() - self._held_at > HEARTBEAT:
            with suppress(Stopped):  # what is kept is read first
                self.breathe()

    def _fetch(self, folder: MailFolder, batch: Sequence[Found], files: ExitStack) -> list[Fetched]:
        gives_up = folder.stuck_uid if folder.stuck_times >= MOST_TRIES else 0
        try:
            return fetch_all(self.session, batch, files, gives_up=gives_up, breathe=self.breathe)
        except TemporaryConnectorError:
            with scope(self.workspace):
                mailboxes.note_stuck(self.mailbox, folder, uid=batch[-1].uid)
            raise

    def _tidy(self, folder: MailFolder, uids: Sequence[int]) -> None:
        """Do on the server what an admin wants done with mails that are safe here."""
        after, target = self.mailbox.after, self.mailbox.after_folder
        try:
            if not uids or target == folder.name:
                return
            if after == AfterFetch.SEEN:
                self.session.mark_seen(uids)
            elif after == AfterFetch.MOVE:
                self.session.move(uids, target)
            elif after == AfterFetch.DELETE:
                self.session.delete(uids)
        except NotGiven as error:
            with scope(self.workspace):
                mailboxes.note_trouble(self.mailbox, reason=str(error))


def _is_ours(folder: MailFolder, found: Found) -> bool:
    """Tell whether a mail came after we began; numbers say so better than clocks."""
    if folder.first_uid or not folder.read_from:
        return found.uid > folder.first_uid
    return found.at >= folder.read_from - CLOCKS_DIFFER


def _cut(items: Sequence[T], length: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), length):
        yield items[start : start + length]
