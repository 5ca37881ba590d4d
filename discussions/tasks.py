"""What Celery's beat asks of discussions."""

from __future__ import annotations

from celery import shared_task


@shared_task
def sweep_live_events() -> int:
    """Forget live events that no open page needs any more; return how many."""
    from discussions.actions.live import sweep_events

    return sweep_events()


@shared_task
def mail_what_is_due() -> int:
    """Have digests, and what waited for the end of quiet hours, made into mails; return for how many people."""
    from discussions.actions.collect import collect_all

    return collect_all()
