"""What Celery's beat and every commit ask for."""

from __future__ import annotations

import time

from celery import shared_task

#: Seconds after which a task that still finds work lets others have the worker, and asks to be called again.
PATIENCE = 20


@shared_task
def drain_outbox(urgency: int | None = None) -> int:
    """Do what the outbox holds of one urgency, or of all; return how many rows were done.

    It is not tried again by Celery when it fails: the rows stay, and the schedule asks anew.
    """
    from core.background import has_begun, poke
    from core.outbox import look

    has_begun(urgency)
    done, may_go_on, until = 0, True, time.monotonic() + PATIENCE
    while may_go_on:
        count, may_go_on = look(at_most=20, urgency=urgency)
        done += count
        if may_go_on and time.monotonic() > until:
            poke(urgency)
            break
    return done


@shared_task
def sweep_outbox() -> int:
    """Forget what was done long ago; return how many rows."""
    from core.outbox import sweep

    return sweep()
