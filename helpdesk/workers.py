"""What is noted of every task: for whom it ran, how long it waited and took, and how it ended."""

import gc
import time
from contextlib import ExitStack
from typing import Any

from celery import Task
from celery.signals import (
    task_postrun,
    task_prerun,
    worker_before_create_process,
    worker_process_init,
)

from accounts import sockets, trace
from helpdesk.metrics.instruments import QUEUE_WAIT, TASK_SECONDS, TASKS


class Running:
    """Of this process, which does one task at a time."""

    under_way = ExitStack()
    began = 0.0


def connect() -> None:
    task_prerun.connect(begin, dispatch_uid="trace")
    task_postrun.connect(end, dispatch_uid="trace")
    worker_before_create_process.connect(share, dispatch_uid="memory")
    worker_process_init.connect(be_born, dispatch_uid="sockets")


def share(**_: Any) -> None:
    """Let no collection of garbage touch, and thereby copy, what a child shares with its parent."""
    gc.freeze()


def be_born(**_: Any) -> None:
    sockets.begin()


def begin(task: Task[Any, Any], kwargs: dict[str, Any], **_: Any) -> None:
    Running.began = time.perf_counter()
    told = task.request
    work = trace.Work(
        request_id=told.get("request_id") or "",
        task=task.name,
        workspace_id=kwargs.get("workspace_id"),
    )
    Running.under_way.close()
    Running.under_way.enter_context(trace.begun(work))
    queue = (told.delivery_info or {}).get("routing_key")
    if queue and (rung_at := told.get("rung_at")):
        QUEUE_WAIT.labels(queue).observe(max(0.0, time.time() - rung_at))


def end(task: Task[Any, Any], state: str | None = None, **_: Any) -> None:
    TASKS.labels(task.name, "done" if state == "SUCCESS" else "failed").inc()
    TASK_SECONDS.labels(task.name).observe(time.perf_counter() - Running.began)
    Running.under_way.close()
