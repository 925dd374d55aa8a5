from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from storages.backends.s3 import S3Storage

# Whoever waits for a file is told soon that it cannot be had.
CONFIG = Config(
    signature_version="s3v4",
    s3={"addressing_style": "path"},
    connect_timeout=5,
    read_timeout=20,
    retries={"total_max_attempts": 3},
    # Other makers' servers do not know the newer checksums.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)


class S3Files(S3Storage):
    """Files in a bucket that is nobody's but ours: they are read through us, never by a link."""

    def __init__(self, **options: Any) -> None:
        super().__init__(client_config=CONFIG, default_acl=None, file_overwrite=True, **options)

    def _save(self, name: str, content: File[Any]) -> str:
        with _in_our_words():
            saved: str = super()._save(name, content)
        return saved

    def delete(self, name: str) -> None:
        with _in_our_words():
            super().delete(name)

    def piece(self, name: str, start: int, length: int) -> IO[bytes]:
        asked = f"bytes={start}-{start + length - 1}"
        with _in_our_words():
            body: IO[bytes] = self.bucket.Object(name).get(Range=asked)["Body"]
        return body

    def whole(self, name: str) -> IO[bytes]:
        with _in_our_words():
            body: IO[bytes] = self.bucket.Object(name).get()["Body"]
        return body

    def names(self) -> Iterator[str]:
        with _in_our_words():
            for one in self.bucket.objects.all():
                yield one.key


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] in {"404", "NoSuchKey"}:
            raise FileNotFoundError(str(error)) from error
        raise OSError(str(error)) from error
    except (BotoCoreError, Boto3Error) as error:
        raise OSError(str(error)) from error
