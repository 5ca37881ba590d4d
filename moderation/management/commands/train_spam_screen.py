"""`manage.py train_spam_screen`: what the clock does once a day, now."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from moderation.actions.spam import train_spam_screen


class Command(BaseCommand):
    """Teaches the spam screen and says how good it has become."""

    help = "Teaches the spam screen what moderators have decided, and uses the new version if it is good enough."

    def handle(self, **options: Any) -> None:
        """Print what came of it."""
        done = train_spam_screen()
        if done.model is None:
            fewest = settings.SPAM_FEWEST
            self.stdout.write(f"Too little: {done.spam} spam and {done.fine} published, {fewest} of each are needed.")
            return
        model = done.model
        known = "is new" if done.is_new else "is there already: nothing was decided since"
        self.stdout.write(f"Version {model.n} {known}. Learned from {model.spam} spam and {model.fine} published.")
        right = "nothing was held out" if model.accuracy is None else f"{100 * model.accuracy:.1f} % right"
        self.stdout.write(f"On decisions that it had not seen: {right} {model.held_out}.")
        self.stdout.write("It is in use." if model.is_in_use else "It is not in use.")
