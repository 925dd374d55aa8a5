"""A guest on somebody's page travels light."""

import gzip

from playwright.sync_api import expect

from tests.widget.pages import open_chat
from tests.widget.stub_pages import ROOT


def gzipped(text):
    return len(gzip.compress(text, 6))


def test_loader_stays_under_four_kilobytes(running_stub):
    assert gzipped(running_stub.file("static/widget/loader.js")[1]) <= 4096


def test_panel_stays_under_forty_kilobytes_in_six_requests(stub, shop):
    asked = []
    stub.help = "/help/halden/"
    shop.on("request", lambda request: asked.append(request.url))

    chat = open_chat(shop)
    expect(chat.get_by_role("textbox", name="Message", exact=True)).to_be_enabled()
    expect(chat.get_by_role("button", name="Brake pads")).to_be_visible()

    files = [url for url in asked if "/widget/" in url or "/static/" in url]
    pages = [url for url in files if not url.endswith(("/home/", "after=0"))]
    kinds = sorted(url.rpartition(".")[2] for url in pages if "static" in url)
    assert kinds == ["css", "js"]
    assert len(files) <= 6
    weights = [stub.panel()[1]]
    weights += [stub.file(url.partition(stub.desk + "/")[2])[1] for url in pages if "static" in url]
    assert sum(map(gzipped, weights)) <= 40_000


def test_every_module_is_in_the_bundle():
    folder = ROOT / "static/widget"
    bundled = {
        line
        for name in ("panel", "loader")
        for line in (folder / f"{name}.bundle").read_text().split()
    }

    assert bundled == {f"lib/{script.name}" for script in (folder / "lib").glob("*.js")}


def test_no_message_goes_to_just_anybody():
    scripts = (ROOT / "static/widget").rglob("*.js")

    assert [script.name for script in scripts if '"*"' in script.read_text()] == []
