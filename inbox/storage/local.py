from __future__ import annotations

import io
import os
from collections.abc import Iterator
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import FileSystemStorage


class LocalFiles(FileSystemStorage):
    """Files in a folder of ours; a web server never serves it by itself."""

    def _save(self, name: str, content: File[Any]) -> str:
        saved: str = super()._save(name, content)  # type: ignore[misc]
        with self.open(saved) as file:
            os.fsync(file.fileno())
        return saved

    def piece(self, name: str, start: int, length: int) -> IO[bytes]:
        file = io.FileIO(self.path(name))
        file.seek(start)
        return file

    def whole(self, name: str) -> IO[bytes]:
        return io.FileIO(self.path(name))

    def names(self) -> Iterator[str]:
        for folder, _, files in os.walk(self.location):
            for file in files:
                yield os.path.relpath(os.path.join(folder, file), self.location)  # noqa: PTH118
