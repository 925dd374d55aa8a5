"""The list of faults in docs/security.md stays true: each line is shown by a test, or says why not."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
LIST = (ROOT / "docs/security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)(?:\[([^\]]+)\])?`")
ROW = re.compile(r"^\| (?!No\.|---)(.+) \|$", re.MULTILINE)
ROWS = [[cell.strip() for cell in row.split(" | ")] for row in ROW.findall(LIST)]


def test_every_test_of_the_list_exists():
    for path, name, example in NAMED.findall(LIST):
        file = ROOT / path
        assert file.exists(), path
        text = file.read_text()
        assert re.search(rf"^(?:async )?def {name}\(", text, re.MULTILINE), f"{path}::{name}"
        is_mail = (file.parent / "corpus" / f"{example}.eml").exists()
        assert not example or is_mail or f'"{example}"' in text, f"{path}::{name}[{example}]"


def test_every_line_is_shown_by_a_test_or_says_why_it_cannot_apply():
    assert len(ROWS) > 50
    for row in ROWS:
        number, shown = row[0], row[-1]
        assert len(row) == 4, number
        assert NAMED.search(shown) or shown.startswith("Cannot apply: "), number
        if not shown.startswith("Cannot apply: "):
            assert NAMED.sub("", shown).strip() == "", number


def test_every_line_has_a_number_of_its_own():
    numbers = [row[0] for row in ROWS]

    assert len(numbers) == len(set(numbers))
    assert all(re.fullmatch(r"[A-Z]\d+", number) for number in numbers)


def test_no_query_is_put_together_of_what_a_client_names():
    """Names of fields and orders come from lists of ours, never from the keys of a request."""
    spread = re.compile(
        r"\*\*\s*(?:dict\()?\s*(?:self\.)?request\.(?:GET|POST|data|body|query_params)"
    )
    raw = re.compile(r"\.(?:extra|raw)\(|RawSQL\(")
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] in {"tests", "benchmarks", ".venv"}:
            continue
        text = path.read_text()
        assert not spread.search(text), path
        assert not raw.search(text), path
