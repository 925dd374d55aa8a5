"""The Jinja2 environment of our pages."""

import re
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from jinja2 import Environment, StrictUndefined
from jinja2.utils import urlize
from markupsafe import Markup, escape

from accounts.permissions import may
from inbox.timeline import formatted
from knowledgebase.words import variable_words

# What a word must hold to be an address that Jinja's urlize knows.
ADDRESS = re.compile(r"://|www\.|@|\.(?:com|net|int|edu|gov|org|info|mil)", re.IGNORECASE)
RELATION = "nofollow noopener noreferrer"


def environment(**options: Any) -> Environment:
    # Strict, so that a partial that is broadcast cannot quietly use the viewer's request.
    options |= {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"]}
    env = Environment(**options)  # noqa: S701 (Django switches autoescape on)
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        url=url,
        static=static,
        may=may,
        product_name=settings.PRODUCT_NAME,
        language=translation.get_language,
    )
    env.filters.update(
        in_utc=in_utc,
        day=day,
        linked=linked,
        formatted=formatted,
        variable_words=variable_words,
    )
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    return env


def linked(text: str) -> Markup:
    """Make links of the addresses in strangers' words; lines without any, which are most, cost nothing."""
    lines = text.split("\n")
    found = (
        urlize(one, target="_blank", rel=RELATION) if ADDRESS.search(one) else escape(one)
        for one in lines
    )
    return Markup("\n").join(map(Markup, found))


def in_utc(at: datetime) -> str:
    """Write a moment down for readers whose zone is not known, and for browsers without a script."""
    return f"{date_format(at.astimezone(UTC), 'j M, H:i')} UTC"


def day(at: datetime) -> str:
    return date_format(at.astimezone(UTC), "DATE_FORMAT")


def url(name: str, *args: Any) -> str:
    return reverse(name, args=args)
