"""Static files: bundles are joined, names carry a digest, and nothing is done twice."""

import json
import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command

from helpdesk import static_files

HASHED = re.compile(r"\.[0-9a-f]{12}\.")


@pytest.fixture
def sources(settings, tmp_path, monkeypatch):
    """A folder of sources with a bundle of two parts and two modules."""
    ours = tmp_path / "static"
    (ours / "css").mkdir(parents=True)
    (ours / "js").mkdir()
    (ours / "css/app.bundle").write_text("tokens.css\n\nbase.css\n")
    (ours / "css/tokens.css").write_text("@layer tokens;")
    (ours / "css/base.css").write_text("body { margin: 0 }")
    (ours / "js/main.js").write_text('import { grow } from "./grow.js";\ngrow();\n')
    (ours / "js/grow.js").write_text("export const grow = () => 1;\n")
    monkeypatch.setattr(static_files, "OURS", ours)
    settings.DATA_DIR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "helpdesk.static_files.Storage"}
    }
    finders.get_finder.cache_clear()
    yield ours
    finders.get_finder.cache_clear()


def collected(settings):
    return json.loads((settings.STATIC_ROOT / "staticfiles.json").read_text())["paths"]


def test_a_bundle_is_its_parts_in_order(sources, settings):
    static_files.collect()

    names = collected(settings)
    assert set(names) >= {"css/app.css", "js/main.js", "django_htmx/htmx-2.min.js"}
    assert {"css/base.css", "css/tokens.css", "css/app.bundle"} & set(names) == set()
    text = (settings.STATIC_ROOT / names["css/app.css"]).read_text()
    assert text == "@layer tokens;\nbody { margin: 0 }"


def test_modules_import_each_other_by_digest(sources, settings):
    static_files.collect()

    names = collected(settings)
    main = (settings.STATIC_ROOT / names["js/main.js"]).read_text()
    assert names["js/grow.js"].removeprefix("js/") in main


def test_collecting_is_skipped_until_something_changes(sources, settings):
    static_files.collect()
    before = (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime_ns
    static_files.collect()
    unchanged = (settings.STATIC_ROOT / "staticfiles.json").stat().st_mtime_ns
    (sources / "css/base.css").write_text("body { margin: 1px }")
    static_files.collect()

    assert unchanged == before
    assert "1px" in (settings.STATIC_ROOT / collected(settings)["css/app.css"]).read_text()


def test_a_module_that_is_not_there_is_refused(sources, settings):
    (sources / "js/main.js").write_text('import "./absent.js";\n')

    with pytest.raises(Exception, match=r"absent\.js"):
        static_files.collect()

    assert not settings.STATIC_ROOT.with_suffix(".digest").exists()


def test_of_the_real_files_nothing_is_kept_that_nobody_asks_for(settings, tmp_path):
    """Each is compressed, which takes the longest of a start."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "helpdesk.static_files.Storage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    kept = [path.name for path in settings.STATIC_ROOT.rglob("*") if path.is_file()]
    assert len(kept) > 100
    assert [name for name in kept if not HASHED.search(name)] == ["staticfiles.json"]
