"""A guest on somebody's page travels light."""

import gzip

from tests.widget.stub_pages import ROOT


def gzipped(text):
    return len(gzip.compress(text, 6))


def test_loader_stays_under_four_kilobytes():
    assert gzipped((ROOT / "static/widget/loader.js").read_bytes()) <= 4096


def test_panel_stays_under_forty_kilobytes(running_stub):
    running_stub.reset()
    scripts = [ROOT / "static/widget/panel.js", *(ROOT / "static/widget/lib").glob("*.js")]
    files = [running_stub.panel()[1], running_stub.file("static/css/widget.css")[1]]
    files += [script.read_bytes() for script in scripts]

    assert len(files) > 10
    assert sum(map(gzipped, files)) <= 40_000


def test_every_module_is_asked_for_with_the_page(running_stub):
    running_stub.reset()
    page = running_stub.panel()[1].decode()

    modules = {script.name for script in (ROOT / "static/widget/lib").glob("*.js")}
    assert modules == {name for name in modules if f"widget/lib/{name}" in page}


def test_no_message_goes_to_just_anybody():
    scripts = (ROOT / "static/widget").rglob("*.js")

    assert [script.name for script in scripts if '"*"' in script.read_text()] == []
