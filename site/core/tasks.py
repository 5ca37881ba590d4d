"""What Celery's beat and every commit ask for."""

from __future__ import annotations

from celery import shared_task


@shared_task
def drain_outbox() -> int:
    """Do what the outbox holds; return how many rows were done."""
    from core.outbox import drain

    return drain()


@shared_task
def sweep_outbox() -> int:
    """Forget what was done long ago; return how many rows."""
    from core.outbox import sweep

    return sweep()
