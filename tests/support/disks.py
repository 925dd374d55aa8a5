"""Small disks that a test can fill up."""

import subprocess
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

NOT_ALLOWED = "A disk of its own cannot be mounted here: run as root, in a container with SYS_ADMIN"
BLOCK = b"\0" * (1 << 20)


class Disk:
    """A tmpfs; ``fill`` leaves not a byte, ``free`` gives all of that back."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder, self.ballast = folder, folder / "ballast"
        folder.mkdir()
        options = f"size={megabytes}m,mode=0755"
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            pytest.fail(f"{NOT_ALLOWED} ({made.stderr.strip()})")

    def fill(self, *, but: int = 0) -> None:
        """Take all the room there is, but for so many bytes."""
        with self.ballast.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(BLOCK)
        with self.ballast.open("r+b") as file:
            file.truncate(self.ballast.stat().st_size - but)

    def free(self) -> None:
        self.ballast.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, megabytes: int):
    disk = Disk(folder, megabytes)
    try:
        yield disk
    finally:
        disk.unmount()
