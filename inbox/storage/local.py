from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage

UNFINISHED = ".unfinished"


class LocalFiles(FileSystemStorage):
    """Files in a folder of ours; a web server never serves it by itself."""

    def _save(self, name: str, content: File[Any]) -> str:
        """Write beside the name and move: whatever has the name is whole and on the disk."""
        draft = name + UNFINISHED
        try:
            super()._save(draft, content)  # type: ignore[misc]
            with self.open(draft) as file:
                os.fsync(file.fileno())
            Path(self.path(draft)).rename(self.path(name))
        except BaseException:
            super().delete(draft)
            raise
        self._keep_folders(Path(self.path(name)).parent)
        return name

    def _keep_folders(self, folder: Path) -> None:
        """Put names on the disk, too: those of the file and of the folders that lead to it."""
        for one in (folder, *folder.parents):
            if not one.is_relative_to(self.location):
                return
            handle = os.open(one, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)

    def delete(self, name: str) -> None:
        super().delete(name)
        super().delete(name + UNFINISHED)  # of one who was killed while writing

    def piece(self, name: str, start: int, length: int) -> IO[bytes]:
        file = io.FileIO(self.path(name))
        file.seek(start)
        return file

    def whole(self, name: str) -> IO[bytes]:
        return io.FileIO(self.path(name))

    def names(self) -> Iterator[str]:
        for folder, _, files in os.walk(self.location):
            for file in files:
                if not file.endswith(UNFINISHED):
                    yield os.path.relpath(os.path.join(folder, file), self.location)  # noqa: PTH118
