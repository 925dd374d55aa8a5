"""Every page is pictured by ``make screens``; no browser is needed to know that."""

import string

from django.urls import Resolver404, resolve

from tests.access.doors import PAGES, WORKSPACE
from tests.access.finding import readable
from tests.screens.listed import SCREENS

# What answers 200 without being a page of its own.
FRAGMENTS = {
    "inbox/<int:number>/timeline/",
    "inbox/<int:number>/card/",
    "inbox/<int:number>/messages/<int:pk>/layout/",
    "inbox/<int:number>/messages/<int:pk>/original/",
    "inbox/<int:number>/insertions/",
    "inbox/palette/",
    "settings/channels/alarms/",
    "settings/channels/<int:pk>/health/",
    "settings/channels/<int:pk>/detection/",
    "inbox/finding/",
}
DATA = {
    "inbox/counts/",
    "inbox/drafts/",
    "inbox/<int:number>/drafts/",
    "inbox/<int:number>/drafts/<int:pk>/",
    "inbox/recipients/",
    "settings/audit/export/",
    "reports/export/",
    "settings/channels/<int:pk>/unreadable/<int:delivery>/",
    "accounts/security/second-step/passkey/",
    "accounts/security/confirmation/passkey/",
    "healthz",
    "metrics",
    "widget.js",
    "help/<slug:workspace>/sitemap.xml",
    "help/<slug:workspace>/<slug:language>/suggestions/",
}
# The doors are tried where these lead elsewhere, or where there is no demo.
PAGES_ALL_THE_SAME = {
    "accounts/security/app/",
    "accounts/security/second-step/",
    "demo/",
    "demo/bikes/",
}


def pages():
    answered = {
        door.route
        for door in (*WORKSPACE, *PAGES)
        for call in door.calls
        if call.method == "GET" and call.answers == 200
    }
    return (answered | PAGES_ALL_THE_SAME) - FRAGMENTS - DATA


def pictured():
    return {route_of(path) for screen in SCREENS for path in (screen.path, *screen.also)}


def route_of(path: str) -> str:
    """Find the address in the URL table; an error page has none."""
    names = [name for _, name, _, _ in string.Formatter().parse(path) if name]
    plain = path.format(**dict.fromkeys(names, 1)).partition("?")[0]
    first, _, rest = plain.lstrip("/").partition("/")
    is_public = first in {"accounts", "demo", "help", ""}
    urls, said = ("public", plain) if is_public else ("workspace", f"/{rest}")
    try:
        return readable(resolve(said, f"helpdesk.urls.{urls}").route)
    except Resolver404:
        return ""


def test_every_page_is_pictured():
    assert pages() - pictured() == set(), "tests/screens/listed.py shows no picture of these"


def test_every_picture_has_a_name_of_its_own():
    names = [screen.name for screen in SCREENS]

    assert sorted(set(names)) == sorted(names)
