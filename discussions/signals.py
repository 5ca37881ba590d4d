"""News after the fact. Sent with `send_robust` on commit; they carry ids, so a receiver reads what is true then."""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

#: comment_id, revision: a comment was written or edited, whether or not it is public.
comment_submitted = Signal()
#: comment_id, before, after: `Comment.visibility` changed.
visibility_changed = Signal()
#: comment_id: somebody voted, changed or withdrew a vote.
vote_cast = Signal()


def announce(signal: Signal, **ids: object) -> None:
    """Send `signal` once the running transaction has committed. A receiver that fails is logged by Django, no more."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, **ids), robust=True)
