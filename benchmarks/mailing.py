"""How fast mails that come to a mail server are conversations on a screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from uuid import uuid4

from accounts.models import Workspace
from accounts.tenancy import scope
from benchmarks.letters import mails_of
from benchmarks.live import MARKED, Screens
from benchmarks.people import Operator
from benchmarks.report import Figure, single
from inbox.actions.channels import create_mail_channel
from inbox.actions.mailboxes import set_up_mailbox
from inbox.models import Channel, Conversation, MailFolder, Message
from tests.support.dovecot import PASSWORD, PROGRAM, Dovecot
from tests.support.rows import until
from tests.support.running import Site

FIRST = 20
PATIENCE = 120


def of_mail(
    site: Site, workspace: Workspace, operator: Operator, *, count: int
) -> Iterator[Figure]:
    """Let mails come in at once while the site's own fetcher waits for news of its mailbox."""
    if not PROGRAM:
        print("mails: not measured, since there is no Dovecot here (Debian: dovecot-imapd)")
        return
    dovecot = Dovecot(site.data_dir / "dovecot")
    dovecot.start()
    try:
        raws = list(mails_of(count))
        user = f"measured-{uuid4().hex[:8]}"
        channel = _watch(workspace, dovecot, user)
        yield _rate(workspace, lambda raw: dovecot.deliver(user, raw), operator, channel, raws)
    finally:
        dovecot.stop()


def _rate(
    workspace: Workspace,
    deliver: Callable[[bytes], None],
    operator: Operator,
    channel: Channel,
    raws: list[bytes],
) -> Figure:
    with scope(workspace):
        before = Conversation.objects.filter(channel=channel).latest("pk").pk
    with Screens(operator.site, [operator], [f"channel-{channel.pk}"], 1) as screens:
        began = time.perf_counter()
        for raw in raws:
            deliver(raw)
        until(lambda: _stored(workspace, channel) == len(raws) + FIRST, PATIENCE, 0.02)
        stored = time.perf_counter() - began
        last = _last_words(workspace, channel, before)
        until(lambda: last <= screens.heard.keys(), PATIENCE, 0.02)
        shown = max(screens.heard[one][0] for one in last) - began
    return single(
        "mails from IMAP stored, threaded, visible",
        len(raws) / max(stored, shown),
        "per s",
        aim=60,
        at_least=True,
        n=len(raws),
        note=f"{len(last)} conversations, {sum(map(len, raws)) // len(raws):,} bytes each",
    )


def _watch(workspace: Workspace, dovecot: Dovecot, user: str) -> Channel:
    """Make a mailbox, and wait until the fetcher has brought what is slow only once."""
    dovecot.folder(user)
    with scope(workspace):
        channel = create_mail_channel(name="Measured", address=f"{user}@acme.test", actor=None)
        channel.config["imap"] = dovecot.settings(user)
        channel.secrets = {"imap": PASSWORD}
        channel.save(update_fields=["config", "secrets"])
        set_up_mailbox(channel)
    # Fetching begins behind what was there before.
    until(lambda: _is_begun(workspace, channel), PATIENCE)
    for raw in mails_of(FIRST):
        dovecot.deliver(user, raw.replace(b".bench@", b".first@"))
    until(lambda: _stored(workspace, channel) == FIRST, PATIENCE)
    return channel


def _is_begun(workspace: Workspace, channel: Channel) -> bool:
    with scope(workspace):
        begun = MailFolder.objects.filter(mailbox__channel=channel, read_from__isnull=False)
        return begun.exists()


def _stored(workspace: Workspace, channel: Channel) -> int:
    with scope(workspace):
        return Message.objects.filter(channel=channel).count()


def _last_words(workspace: Workspace, channel: Channel, before: int) -> set[int]:
    """Return the number of the mail that each conversation begun since said last."""
    with scope(workspace):
        begun = Conversation.objects.filter(channel=channel, pk__gt=before)
        texts = begun.values_list("preview", flat=True)
        return {int(found[1]) for text in texts if (found := MARKED.search(text))}
