"""Typed readers of the environment."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
QUEUES = ["inbound", "outbound", "follow-ups", "bulk", "maintenance"]


class MissingSetting(SystemExit):
    """Something the environment must say before the product can start."""


def env_text(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


def env_required(name: str, why: str) -> str:
    if value := os.environ.get(name):
        return value
    raise MissingSetting(f"Set {name}: {why}")


def env_bool(name: str, *, default: bool) -> bool:
    return env_text(name, str(default)).lower() in {"1", "true", "yes", "on"}


def env_int(name: str, default: int) -> int:
    return int(env_text(name, str(default)))


def env_list(name: str) -> list[str]:
    """Return the comma-separated parts, without blanks."""
    return [part.strip() for part in env_text(name).split(",") if part.strip()]


def data_dir() -> Path:
    """Where running here leaves what it keeps: databases, files, mail, secrets."""
    return Path(env_text("DATA_DIR", str(BASE_DIR / "var"))).resolve()


def database(url: str, **options: Any) -> dict[str, Any]:
    """Return Django's form of ``postgresql://user:password@host:port/name?host=/socket/dir``."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": query | options,
    }


def files_storage(home: Path) -> dict[str, Any]:
    """Return Django's description of where the files of messages are."""
    if env_text("FILES_STORAGE", "local") == "local":
        folder = {"location": home / "files", "base_url": None, "allow_overwrite": True}
        return {"BACKEND": "inbox.storage.local.LocalFiles", "OPTIONS": folder}
    bucket = {
        "bucket_name": env_required("FILES_BUCKET", "the S3 bucket that keeps files."),
        "endpoint_url": env_text("FILES_ENDPOINT") or None,
        "region_name": env_text("FILES_REGION") or None,
        "access_key": env_text("FILES_ACCESS_KEY") or None,
        "secret_key": env_text("FILES_SECRET_KEY") or None,
    }
    return {"BACKEND": "inbox.storage.s3.S3Files", "OPTIONS": bucket}


def oauth_services() -> dict[str, dict[str, str]]:
    """Return how people sign in to mail services: what the documents say, unless ``OAUTH_…`` says more."""
    tenant = env_text("OAUTH_MICROSOFT_TENANT", "common")
    office = "https://outlook.office.com"
    known = {
        "google": {
            "AUTHORIZE_URL": "https://accounts.google.com/o/oauth2/v2/auth",
            "TOKEN_URL": "https://oauth2.googleapis.com/token",
            "SCOPE": "https://mail.google.com/",
            "IMAP": "imap.gmail.com:993:tls",
            "SMTP": "smtp.gmail.com:587:starttls",
        },
        "microsoft": {
            "AUTHORIZE_URL": f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
            "TOKEN_URL": f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            "SCOPE": f"{office}/IMAP.AccessAsUser.All {office}/SMTP.Send offline_access",
            "IMAP": "outlook.office365.com:993:tls",
            "SMTP": "smtp.office365.com:587:starttls",
        },
    }
    client = {"CLIENT_ID": "", "CLIENT_SECRET": ""}
    return {
        key: {
            name: env_text(f"OAUTH_{key.upper()}_{name}", usual)
            for name, usual in (said | client).items()
        }
        for key, said in known.items()
    }


def logs() -> tuple[dict[str, Any], bool]:
    """
    Return Django's LOGGING, and whether each request has a line.

    Everything goes to the console, in lines for people or for machines.
    """
    form, level = env_text("LOG_FORMAT", "text"), env_text("LOG_LEVEL", "INFO")
    line = "helpdesk.logs.JsonLine" if form == "json" else "helpdesk.logs.HumanLine"
    ours: dict[str, Any] = {"handlers": [], "propagate": True}
    quiet = {name: {"level": "WARNING"} for name in ("django.server", "celery", "httpx")}
    logging = {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": line}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": level},
        # uvicorn has set up its own by the time it loads us.
        "loggers": quiet
        | dict.fromkeys(("uvicorn", "uvicorn.error"), ours)
        # Its lines hold query strings and browsers' addresses; configuring its parent woke it up.
        | {"uvicorn.access": {"handlers": [], "propagate": False}},
    }
    return logging, env_bool("LOG_REQUESTS", default=form == "json")
