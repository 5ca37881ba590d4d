"""What Celery's beat asks for, once a day."""

from __future__ import annotations

from celery import shared_task


@shared_task
def sweep_privacy() -> dict[str, int]:
    """Delete what was kept long enough; return how many rows by what they are."""
    from accounts.privacy.sweep import sweep_privacy

    return sweep_privacy()
