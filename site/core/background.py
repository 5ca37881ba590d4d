"""Handing work to Celery."""

from __future__ import annotations

from typing import Any

from celery import Task
from django.db import transaction


def after_commit(task: Task[..., Any], *args: str | int) -> None:
    """Start `task` with `args` (ids and short words) once the running transaction has committed.

    A broker that does not answer is logged and nothing more: what the person did is saved already, and an error page
    would make them do it again.
    """
    transaction.on_commit(lambda: task.delay(*args), robust=True)
