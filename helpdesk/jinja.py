"""The Jinja2 environment of our pages."""

import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils import translation
from django.utils.formats import date_format
from jinja2 import Environment, StrictUndefined, Template, pass_eval_context
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.utils import urlize
from markupsafe import Markup, escape

from accounts.permissions import may
from inbox.timeline import formatted
from knowledgebase.words import variable_words

# What a word must hold to be an address that Jinja's urlize knows.
ADDRESS = re.compile(r"://|www\.|@|\.(?:com|net|int|edu|gov|org|info|mil)", re.IGNORECASE)
RELATION = "nofollow noopener noreferrer"


class Shared(Template):
    """
    A template whose macros see the globals of the environment alone.

    Jinja looks at each import whether there are others, which takes longer than what most macros do.
    """

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def environment(**options: Any) -> Environment:
    # Strict, so that a partial that is broadcast cannot quietly use the viewer's request.
    options |= {"undefined": StrictUndefined, "extensions": ["jinja2.ext.i18n"]}
    env = Environment(**options)  # noqa: S701 (Django switches autoescape on)
    env.template_class = Shared
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(
        url=url,
        static=cache(static),
        kept=cache,
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
    env.globals.update(gettext=translated, _=translated)
    return env


@pass_eval_context
def translated(here: EvalContext, words: str, /, **values: Any) -> str:
    """Do what Jinja's own does; a list of fifty rows asks for a thousand words."""
    if not here.autoescape:  # the text of a mail is no HTML
        return translation.gettext(words) % values
    language = translation.get_language()
    return _marked(language, words) % values if values else _finished(language, words)


@cache
def _marked(language: str | None, words: str) -> Markup:
    """Return words of our own in the language that is in use now."""
    return Markup(translation.gettext(words))  # noqa: S704 (the catalogue's, nobody else's)


@cache
def _finished(language: str | None, words: str) -> Markup:
    return _marked(language, words) % {}


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
    return _in_utc(translation.get_language(), at.astimezone(UTC).replace(second=0, microsecond=0))


@lru_cache(10_000)
def _in_utc(language: str | None, minute: datetime) -> str:
    return f"{date_format(minute, 'j M, H:i')} UTC"


def day(at: datetime) -> str:
    return date_format(at.astimezone(UTC), "DATE_FORMAT")


def url(name: str, *args: Any) -> str:
    return _url(get_script_prefix(), get_urlconf(), name, args)


@lru_cache(10_000)
def _url(prefix: str, urlconf: str | None, name: str, args: tuple[Any, ...]) -> str:
    return reverse(name, args=args)
