"""What Celery's beat asks of moderation."""

from __future__ import annotations

from celery import shared_task


@shared_task
def look_for_heat() -> int:
    """Note which branches are hot; return how many."""
    from moderation.actions.heat import look_for_heat

    return look_for_heat()


@shared_task
def train_spam_screen() -> int | None:
    """Teach the spam screen what was decided since; return the number of its latest version, None for too little."""
    from moderation.actions.spam import train_spam_screen

    model = train_spam_screen().model
    return model.n if model else None
