"""The web process and its copies: none is made while a lock may be held that nobody would open."""

import threading

import pytest
import uvicorn

from helpdesk.children import CannotStart
from helpdesk.web import Watch


async def nothing(scope, receive, send):
    """Answer nobody: only loaded, never asked."""


def test_nothing_is_copied_while_another_thread_runs(monkeypatch):
    over = threading.Event()
    thread = threading.Thread(target=over.wait, name="in the way")
    watch = Watch(uvicorn.Config(nothing, port=0, lifespan="off", log_config=None), 1)
    monkeypatch.setattr(watch, "_bear", lambda: pytest.fail("it was copied"))
    thread.start()
    try:
        with pytest.raises(CannotStart, match="in the way"):
            watch.run()
    finally:
        over.set()
        thread.join()
        watch.socket.close()
