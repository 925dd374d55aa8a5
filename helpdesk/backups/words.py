"""What is told about backups on the console."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import OperationalError

from accounts.errors import DomainError
from helpdesk.backups import Refused
from helpdesk.backups.manifest import Manifest


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence what a disk, a bucket or PostgreSQL has against it."""
    if "owner" not in settings.DATABASES:
        raise Refused("Set DATABASE_OWNER_URL: the app role may not read every workspace.")
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise Refused("The disk is full: make room." if full else str(error)) from error
    except OperationalError as error:
        raise Refused(f"PostgreSQL does not answer: {str(error).splitlines()[0]}") from error
    except DomainError as error:
        raise Refused(str(error)) from error


def summed_up(manifest: Manifest) -> str:
    files = "without files" if manifest.files is None else f"{manifest.files} files"
    return f"{files}, {manifest.bytes / (1 << 20):,.1f} MB, {len(manifest.migrations)} migrations"


def of_keys(manifest: Manifest) -> str:
    channel = ", ".join(manifest.channel_keys)
    return (
        "The keys are not in it. Keep them somewhere else, or passwords of channels and sign-in "
        "codes cannot be read again. Fingerprints of what it needs:\n"
        f"  SECRET_KEY           {manifest.signing_key}\n"
        f"  CHANNEL_SECRETS_KEY  {channel}"
    )
