"""What the shop has written down: saved replies."""

import json
from pathlib import Path
from typing import Any

from accounts.models import Membership, Team
from knowledgebase.actions.saved_replies import write_reply

TEXTS = Path(__file__).with_name("texts")


def write(author: Membership) -> None:
    """Write it all, inside the workspace's scope."""
    teams = {team.name: team for team in Team.objects.all()}
    for said in _texts("replies"):
        team = teams.get(said.pop("for"))
        write_reply(None, **said, is_own=False, team=team, actor=author)


def _texts(name: str) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((TEXTS / f"{name}.json").read_text())
    return told
