"""What beat asks of the discussions."""

from __future__ import annotations

from celery import shared_task


@shared_task
def sweep_live_events() -> int:
    """Forget live events that no open page needs any more; return how many."""
    from discussions.actions.live import sweep_events

    return sweep_events()
