"""The runbook knows every finding of the doctor and every metric there is."""

import re

from prometheus_client import REGISTRY

from helpdesk.env import BASE_DIR
from helpdesk.health import HEARTS, MAIL
from helpdesk.metrics import instruments

RUNBOOK = (BASE_DIR / "docs/operations.md").read_text()


def rows_of(heading):
    """First cells of the tables below a heading."""
    part = RUNBOOK.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return "".join(re.findall(r"^\| ([^|]+) \|", part, re.MULTILINE))


def test_every_finding_of_the_doctor_has_a_row():
    sources = [path.read_text() for path in (BASE_DIR / "helpdesk/doctor").glob("*.py")]
    findings = {name for text in sources for name in re.findall(r"Finding\(\s*\"([^\"]+)\"", text)}
    findings |= {*HEARTS, MAIL}

    assert {"redis memory", "worker", "sockets"} <= findings
    told = rows_of("When something is wrong")
    assert [name for name in findings if f"`{name}`" not in told] == []


def test_every_metric_has_a_row_and_no_other():
    told = set(re.findall(r"`(helpdesk_\w+)", rows_of("Metrics")))
    assert instruments.EVENTS in REGISTRY._collector_to_names
    ours = {metric.name for metric in REGISTRY.collect() if metric.name.startswith("helpdesk_")}
    source = (BASE_DIR / "helpdesk/metrics/state.py").read_text()
    asked = set(re.findall(r"\"(helpdesk_\w+)\"", source))

    assert {name.removesuffix("_total") for name in told} == ours | asked
