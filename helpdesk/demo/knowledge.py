"""What the shop has written down: saved replies, articles, an open help centre."""

import json
from pathlib import Path
from typing import Any

from accounts.models import Membership, Team
from knowledgebase.actions.articles import (
    add_translation,
    create_article,
    publish_translation,
)
from knowledgebase.actions.help_center import change_help_center, name_collection
from knowledgebase.actions.saved_replies import write_reply
from knowledgebase.models import Collection

TEXTS = Path(__file__).with_name("texts")


def write(author: Membership) -> None:
    """Write it all, inside the workspace's scope."""
    teams = {team.name: team for team in Team.objects.all()}
    for said in _texts("replies"):
        team = teams.get(said.pop("for"))
        write_reply(None, **said, is_own=False, team=team, actor=author)
    told = _texts("articles")
    shelves = {one["key"]: _shelf(one["names"], author) for one in told["collections"]}
    for one in told["articles"]:
        _article(one, shelves[one["in"]], author)
    change_help_center(is_open=True, default_language="en", actor=author)


def _shelf(names: dict[str, str], author: Membership) -> Collection:
    (language, name), *others = names.items()
    shelf = name_collection(None, language=language, name=name, actor=author)
    for language, name in others:
        shelf = name_collection(shelf, language=language, name=name, actor=author)
    return shelf


def _article(told: dict[str, Any], shelf: Collection, author: Membership) -> None:
    first = None
    for language, (title, html) in told["texts"].items():
        facts = {"language": language, "title": title, "html": html, "actor": author}
        if first is None:
            written = first = create_article(collection=shelf, audience=told["audience"], **facts)
        else:
            written = add_translation(first.article, **facts)
        publish_translation(written, actor=author)


def _texts(name: str) -> Any:
    return json.loads((TEXTS / f"{name}.json").read_text())
