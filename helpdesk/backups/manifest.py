"""What a backup says of itself, and the checksums that hold it together."""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from helpdesk.backups import Refused

FORMAT = 1
MANIFEST = "manifest.json"
SUMS = "SHA256SUMS"  # in the form that sha256sum -c reads
DUMP = "database.dump"
PIECE = 1 << 20
DIGEST = 64  # characters


@dataclass(frozen=True)
class Manifest:
    """Written when all else is there: what was kept, and what a place must have to take it back."""

    made_at: str
    postgres: int  # the server's version, such as 180004
    owner_role: str
    app_role: str  # whom the policies let in
    migrations: list[str]
    signing_key: str  # fingerprints: the keys themselves are not in the backup
    channel_keys: list[str]
    files: int | None  # None: it was told to leave them out
    bytes: int
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """
        Read what a backup says.

        :raises Refused: if the folder is none, or of a format that is not known here.
        """
        try:
            said = json.loads((folder / MANIFEST).read_text())
            if said["format"] != FORMAT:
                raise Refused(f"{folder} is a backup in format {said['format']}, not {FORMAT}.")
            return cls(**said)
        except FileNotFoundError:
            raise Refused(f"{folder} is no backup, or was never finished.") from None
        except (ValueError, KeyError, TypeError):
            raise Refused(f"{folder / MANIFEST} cannot be read: it is damaged.") from None


def write_sums(folder: Path, sums: dict[str, str]) -> None:
    lines = (f"{digest}  {name}\n" for name, digest in sums.items())
    (folder / SUMS).write_text("".join(lines))


def read_sums(folder: Path) -> dict[str, str]:
    try:
        lines = (folder / SUMS).read_text().splitlines()
    except FileNotFoundError:
        raise Refused(f"{folder} is no backup, or was never finished.") from None
    sums = {line[DIGEST + 2 :]: line[:DIGEST] for line in lines}
    for name in sums:
        check_name(name)
    return sums


def verify(folder: Path, advance: Callable[[int], None]) -> None:
    """
    Read everything once.

    :raises Refused: naming the first file that is damaged, missing or strange.
    """
    sums = read_sums(folder)
    present = {path.relative_to(folder).as_posix() for path in _files_in(folder)} - {SUMS}
    for name in sorted(present ^ set(sums) | ({MANIFEST, DUMP} - set(sums))):
        what = "is missing" if name not in present else "has no checksum"
        raise Refused(f"{name} {what}: this backup is damaged.")
    for name, digest in sums.items():
        if digest_of(folder / name, advance) != digest:
            raise Refused(f"{name} is damaged: its checksum is another.")


def digest_of(path: Path, advance: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
            advance(len(piece))
    return digest.hexdigest()


def check_name(name: str) -> str:
    """Refuse what could lead out of the folder, or into another line."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not name.isprintable() or "\\" in name:
        raise Refused(f"A file has the name {name!r}, which no backup takes.")
    return name


def _files_in(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_dir())
