"""Bring the mails of an archive into a channel: eml files, mbox, Maildir and folders of them."""

import json
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Workspace
from accounts.progress import watched
from accounts.tenancy import scope
from inbox import archive
from inbox.archive import Rehearsal, Slip
from inbox.connectors.mail.archives import Item, files_in, mails_in
from inbox.enums import ChannelKind
from inbox.models import Channel


class Command(BaseCommand):
    help = (
        "Import mails with their dates. Conversations end closed, nobody is told and nothing is "
        "sent. It may be run again: what is there already stays as it is."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--workspace", required=True, help="its address, such as acme")
        parser.add_argument("--channel", required=True, help="id or mail address of a channel")
        parser.add_argument("--json", action="store_true", help="a line for each mail on stdout")
        parser.add_argument("--dry-run", action="store_true", help="only read, write nothing")

    def handle(
        self,
        *args: Any,
        paths: list[Path],
        workspace: str,
        channel: str,
        dry_run: bool,
        **options: Any,
    ) -> None:
        place = Workspace.objects.filter(slug=workspace).first()
        if place is None:
            raise CommandError(f"There is no workspace {workspace}.")
        box = _channel(place, channel)
        items, unreadable = self._find(paths)
        # What is to be said waits on the disk until every mail's conversation is known.
        with tempfile.TemporaryFile("w+", encoding="ascii") as said:
            slips = [
                self._slip(item, said if options["json"] else None)
                for item in watched("Reading", items, len(items))
            ]
            ordered = archive.in_order(slips)
            numbers = self._rehearse(box, ordered) if dry_run else self._import(place, box, ordered)
            if dry_run:
                numbers = _renumbered(items, numbers)
            if options["json"]:
                self._say(said, [numbers[item] for item in items])
            else:
                self._sum_up(numbers, dry_run=dry_run)
        if unreadable:
            raise CommandError("Not read: " + ", ".join(unreadable))

    def _find(self, paths: list[Path]) -> tuple[list[Item], list[str]]:
        items: list[Item] = []
        unreadable: list[str] = []

        def refuse(path: Path, error: OSError) -> None:
            unreadable.append(f"{path} ({error.strerror})")

        for path in paths:
            for file in files_in(path, refuse):
                try:
                    items += mails_in(file)
                except OSError as error:
                    refuse(file, error)
        return items, unreadable

    def _rehearse(self, channel: Channel, slips: list[Slip]) -> dict[Item, int | None]:
        rehearsal = Rehearsal(channel.address)
        return {slip.item: rehearsal.place(slip) for slip in slips}

    def _import(
        self, workspace: Workspace, channel: Channel, slips: list[Slip]
    ) -> dict[Item, int | None]:
        brought = archive.bring_in(workspace, channel, slips)
        return {slip.item: number for slip, number in watched("Importing", brought, len(slips))}

    def _slip(self, item: Item, said: IO[str] | None) -> Slip:
        mail = archive.read(item)
        if said:
            said.write(json.dumps(archive.in_words(item, mail)) + "\n")
        return archive.slip_of(item, mail)

    def _say(self, said: IO[str], numbers: list[int | None]) -> None:
        said.seek(0)
        for line, number in zip(said, numbers, strict=True):
            self.stdout.write(json.dumps(json.loads(line) | {"conversation": number}))

    def _sum_up(self, numbers: dict[Item, int | None], *, dry_run: bool) -> None:
        found = {number for number in numbers.values() if number}
        done = "would be" if dry_run else "are"
        self.stdout.write(f"{len(numbers)} mails {done} in {len(found)} conversations.")


def _channel(workspace: Workspace, said: str) -> Channel:
    with scope(workspace):
        channels = Channel.objects.filter(kind=ChannelKind.EMAIL)
        mine = channels.filter(pk=int(said)) if said.isdecimal() else channels.with_address(said)
        channel = mine.first()
    if channel is None:
        raise CommandError(f"The workspace {workspace.slug} has no mail channel {said}.")
    return channel


def _renumbered(items: list[Item], numbers: dict[Item, int | None]) -> dict[Item, int | None]:
    """Number conversations in the order in which the mails were given."""
    fresh: dict[int, int] = {}
    return {
        item: fresh.setdefault(number, len(fresh) + 1) if (number := numbers[item]) else None
        for item in items
    }
