"""
Fetches the mail of all mailboxes: one thread for each, which waits for news where the server tells them.

Any number of these may run: a mailbox is fetched by whoever holds its lease.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from django.db import InterfaceError, OperationalError, connections
from django.utils import timezone

from accounts import heartbeats, trace
from accounts.errors import DomainError
from accounts.models import Workspace
from accounts.tenancy import scope
from inbox import doors
from inbox.actions import mailboxes
from inbox.actions.mail_grants import distrust
from inbox.connectors.base import ConnectorError
from inbox.connectors.mail.imap import Session, opened
from inbox.connectors.mail.imap_words import Refused
from inbox.connectors.mail.oauth import SignInEnded
from inbox.fetching.reader import Reader, Stopped
from inbox.mail_server import mailbox_of
from inbox.models import Mailbox

logger = logging.getLogger(__name__)

MOST_MAILBOXES = 500
MOST_READING = 4  # mailboxes that are read at once; the others wait for news, or for their turn
REST = 0.5  # seconds between looks at the rows
POLL = timedelta(seconds=60)  # where the server does not tell of news, and for further folders
SLOW_POLL = timedelta(minutes=5)  # where it does: a connection may be dead without a word
SLICE = 1.0  # seconds until a wish to stop is heard
HOLD_EVERY = 30.0
BEAT_EVERY = 10.0


class Fetcher:
    """Looks for mailboxes that are due, and gives each to a thread."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._places = threading.BoundedSemaphore(MOST_READING)
        self._threads: dict[int, threading.Thread] = {}
        self._beat_at = -BEAT_EVERY

    def run(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look_round()
                self._beat()
            except (OperationalError, InterfaceError) as error:
                logger.warning("Mailboxes cannot be looked up, it is tried again: %s", error)
            finally:
                connections.close_all()
            self._stopping.wait(REST)
        for thread in list(self._threads.values()):
            thread.join()

    def stop(self, number: int = 0, frame: FrameType | None = None) -> None:
        self._stopping.set()

    def _beat(self) -> None:
        if time.monotonic() - self._beat_at >= BEAT_EVERY:
            heartbeats.beat("mail")
            self._beat_at = time.monotonic()

    def look_round(self) -> None:
        """Begin with every mailbox that is due and not ours already."""
        self._threads = {pk: one for pk, one in self._threads.items() if one.is_alive()}
        free = MOST_MAILBOXES - len(self._threads)
        for workspace_id, mailbox_id in doors.mailboxes_to_fetch(timezone.now(), free):
            if mailbox_id not in self._threads:
                job = threading.Thread(target=self._attend, args=(workspace_id, mailbox_id))
                self._threads[mailbox_id] = job
                job.start()

    def _attend(self, workspace_id: int, mailbox_id: int) -> None:
        work = trace.Work(task=f"fetch_mail {mailbox_id}", workspace_id=workspace_id)
        try:
            with trace.begun(work):
                attend(workspace_id, mailbox_id, self._stopping, self._places)
        except (OperationalError, InterfaceError) as error:
            logger.warning("Mailbox %s waits for PostgreSQL: %s", mailbox_id, error)
        except Exception:
            logger.exception("Mailbox %s could not be fetched.", mailbox_id)
        finally:
            connections.close_all()


def attend(
    workspace_id: int,
    mailbox_id: int,
    stopping: threading.Event,
    places: threading.BoundedSemaphore,
) -> None:
    """Fetch a mailbox, if nobody else does, until it is time to let go of it; and note how it went."""
    workspace = Workspace.objects.get(pk=workspace_id)
    with scope(workspace):
        mailbox = mailboxes.claim_mailbox(mailbox_id)
    if mailbox is None:
        return
    try:
        with _noting_trouble(workspace, mailbox):
            _fetch(workspace, mailbox, stopping, places)
    except mailboxes.LeaseLost:
        logger.info("Mailbox %s was taken over, changed or closed.", mailbox_id)


@contextmanager
def _noting_trouble(workspace: Workspace, mailbox: Mailbox) -> Iterator[None]:
    try:
        yield
    except (mailboxes.LeaseLost, OperationalError, InterfaceError):
        raise
    except ConnectorError as error:
        said = {
            "is_refusal": isinstance(error, Refused),
            "is_final": isinstance(error, SignInEnded),
        }
        with scope(workspace):
            if said["is_refusal"]:
                distrust(mailbox.channel)
            mailboxes.record_failure(mailbox, reason=str(error), **said)
    except DomainError as error:  # such as a disk that is full
        with scope(workspace):
            mailboxes.record_failure(mailbox, reason=str(error))
    except Exception as error:
        logger.exception("Mailbox %s could not be fetched.", mailbox)
        with scope(workspace):
            mailboxes.record_failure(mailbox, reason=repr(error)[:500])


def _fetch(
    workspace: Workspace,
    mailbox: Mailbox,
    stopping: threading.Event,
    places: threading.BoundedSemaphore,
) -> None:
    again_in = timedelta(0)
    server = mailbox_of(mailbox.channel)
    connections.close_all()
    with opened(server) as session:
        reader = Reader(workspace, mailbox, session, stopping.is_set)
        try:
            with places:
                reader.read_leftovers()
            while not stopping.is_set():
                with places:
                    reader.read()
                    folders = [folder.name for folder in reader.folders()]
                if not session.can_idle or not folders:
                    again_in = POLL
                    break
                _wait_for_news(reader, folders, stopping)
                if server.has_aged(timezone.now()):
                    break
        except Stopped:
            pass
    with scope(workspace):
        mailboxes.release_mailbox(mailbox, again_in=again_in)


def _wait_for_news(reader: Reader, folders: list[str], stopping: threading.Event) -> None:
    """Wait in the first folder, and hold the mailbox meanwhile."""
    session: Session = reader.session
    if len(folders) > 1:
        session.open(folders[0])
    connections.close_all()  # another may have it while we wait
    deadline = time.monotonic() + (POLL if len(folders) > 1 else SLOW_POLL).total_seconds()
    held = time.monotonic()
    with session.idle():
        while time.monotonic() < deadline and not stopping.is_set():
            if session.hears(SLICE):
                return
            if time.monotonic() - held > HOLD_EVERY:
                with scope(reader.workspace):
                    mailboxes.hold_mailbox(reader.mailbox)
                connections.close_all()
                held = time.monotonic()
