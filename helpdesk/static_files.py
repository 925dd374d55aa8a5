"""Style sheets, scripts and pictures: where they come from, and how they are made ready to serve."""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import django_htmx
import django_prose_editor
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = settings.BASE_DIR / "static"
HTMX = Path(django_htmx.__file__).parent / "static"
# Tiptap as one module. Its map stays at home, and the comment that names it.
TIPTAP = Path(django_prose_editor.__file__).parent / "static/django_prose_editor/editor.js"
OF_HTMX = {"django_htmx/htmx-2.min.js", "django_htmx/htmx-4.min.js"}
IMPORTED = re.compile(r'(?m)^import [^;]*?"(\.[^"]+)";$')
# Modules that are served with all that they import in them; what they import is there alone, too.
WHOLE = ("js/inbox.js",)
BUNDLE = ".bundle"  # a list of style sheets or scripts, one a line, that are served as one


class Storage(CompressedManifestStaticFilesStorage):
    """Names files after their content, so that browsers may keep them for ever."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = True  # nobody asks for the others, and compressing takes the longest

    def stored_name(self, name: str) -> str:
        # Nothing was collected: a command that renders a page still has to work.
        return super().stored_name(name) if self.hashed_files else name


class Finder(BaseFinder):
    """Finds our files and those of htmx; the parts of a bundle appear only joined."""

    def __init__(self, *args: Any, **options: Any) -> None:
        joined = settings.DATA_DIR / "bundles"
        self._storages = [FileSystemStorage(folder) for folder in (joined, OURS, HTMX)]

    def check(self, **options: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False) -> Any:
        join_bundles()
        found = [storage.path(path) for storage in self._storages if storage.exists(path)]
        if find_all:
            return found
        return found[0] if found else []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        parts = join_bundles()
        ignored = [*(ignore_patterns or ()), f"*{BUNDLE}", ".*"]
        for storage in self._storages:
            root = Path(storage.location)
            for path in sorted(root.rglob("*")):
                if path in parts or not path.is_file() or self._is_foreign(path):
                    continue
                if not any(fnmatch(path.name, pattern) for pattern in ignored):
                    yield path.relative_to(root).as_posix(), storage

    @staticmethod
    def _is_foreign(path: Path) -> bool:
        """Of what comes with django-htmx we serve the library; its extensions name absent files."""
        return path.is_relative_to(HTMX) and path.parent.name + "/" + path.name not in OF_HTMX


def join_bundles() -> set[Path]:
    """Write every bundle's file if a part has changed; return the parts of them all."""
    parts: set[Path] = set()
    for bundle in OURS.rglob(f"*{BUNDLE}"):
        files, text = joined(bundle)
        name = bundle.relative_to(OURS).with_suffix(files[0].suffix)
        _write(name, text)
        parts.update(files)
    for script in filter(Path.exists, (OURS / name for name in WHOLE)):
        _write(script.relative_to(OURS), "\n".join(map(one_module, in_order(script))))
        parts.add(script)
    _write(Path("js/tiptap.js"), TIPTAP.read_text().rpartition("//# sourceMappingURL")[0])
    return parts


def in_order(module: Path) -> list[Path]:
    """Return a module after all that it imports, in the order in which a browser would run them."""
    found: dict[Path, None] = {}

    def visit(path: Path, above: tuple[Path, ...]) -> None:
        if path in found or path in above:
            return
        for name in IMPORTED.findall(path.read_text()):
            visit((path.parent / name).resolve(), (*above, path))
        found[path] = None

    visit(module.resolve(), ())
    return list(found)


def _write(name: Path, text: str) -> None:
    target = settings.DATA_DIR / "bundles" / name
    if target.exists() and target.read_text() == text:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(f".{os.getpid()}")
    fresh.write_text(text)
    fresh.replace(target)  # at once, so that nobody is served half of it


def joined(bundle: Path) -> tuple[list[Path], str]:
    """Return the parts of a bundle, and their texts as one."""
    lines = [line.strip() for line in bundle.read_text().splitlines()]
    files = [bundle.parent / line for line in lines if line]
    is_script = files[0].suffix == ".js"
    texts = [one_module(file) if is_script else file.read_text() for file in files]
    return files, "\n".join(texts)


def one_module(file: Path) -> str:
    """
    Wrap a module so that those after it in the same bundle find what it exports.

    It knows the one form in which our modules import and export: by name, at the start of a line.
    Comments and indentation stay at home.
    """
    text = re.sub(
        r"(?m)^[ \t]*(?://.*|/\*\*?(?:[^*]|\*(?!/))*\*/[ \t]*)\n|^[ \t]+", "", file.read_text()
    )
    text = re.sub(r"\n{2,}", "\n", text)
    exports = re.findall(r"(?m)^export (?:async )?(?:class|const|function) (\w+)", text)
    text = re.sub(
        r'(?m)^import \{ ([\w, ]+) \} from "[./\w-]*?([\w-]+)\.js";$',
        lambda found: f"const {{ {found[1]} }} = {_name(found[2])};",
        text,
    )
    text = re.sub(r'(?m)^import "[^"]+";\n', "", text)
    text = re.sub(r"(?m)^export ", "", text)
    opening = f"const {_name(file.stem)} = " if exports else ""
    return f"{opening}(() => {{\n{text}return {{ {', '.join(exports)} }};\n}})();"


def _name(stem: str) -> str:
    return "_" + stem.replace("-", "_")


def collect() -> None:
    """Fill STATIC_ROOT, unless it was filled from the very same files."""
    mark = settings.STATIC_ROOT.with_suffix(".digest")
    digest = _digest()
    if not mark.exists() or mark.read_text() != digest:
        call_command("collectstatic", interactive=False, verbosity=0)
        mark.write_text(digest)


def _digest() -> str:
    digest = hashlib.sha256()
    for path, storage in Finder().list(None):
        digest.update(f"{path}\0".encode() + Path(storage.path(path)).read_bytes())
    return digest.hexdigest()
