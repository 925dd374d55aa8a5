"""Processes and their copies: none is made while a lock may be held that nobody would open."""

import threading

import pytest

from helpdesk.children import CannotStart
from helpdesk.copies import Copies


def test_nothing_is_copied_while_another_thread_runs(monkeypatch):
    over = threading.Event()
    thread = threading.Thread(target=over.wait, name="in the way")
    copies = Copies("web", [over.set])
    monkeypatch.setattr(copies, "_bear", lambda _: pytest.fail("it was copied"))
    thread.start()
    try:
        with pytest.raises(CannotStart, match="in the way"):
            copies.run()
    finally:
        over.set()
        thread.join()
