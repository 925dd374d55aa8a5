"""Compiling all templates takes 1.6 s of the processor: one process of a run does it for the others."""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache


def compiled_once(home: Path) -> dict[str, FileSystemBytecodeCache]:
    """
    Return an option of Jinja's.

    Not for the product: what is kept is code, and its folder is for data alone.
    """
    folder = home / "compiled"
    folder.mkdir(mode=0o700, exist_ok=True)
    return {"bytecode_cache": FileSystemBytecodeCache(str(folder))}
