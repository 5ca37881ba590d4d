"""News of discussions, in two kinds.

What is *announced* goes out with `send_robust` on commit and carries ids, so a receiver reads what is true then. What
is *recorded* is told inside the transaction: a receiver writes its own rows with it, and when it cannot, nothing of
both has happened. Receivers of the second kind write rows and do nothing else; they find the article's row locked.
"""

from __future__ import annotations

from django.db import transaction
from django.dispatch import Signal

# --- announced -------------------------------------------------------------------------------------
#: comment_id, revision: a comment was written or edited, whether or not it is public.
comment_submitted = Signal()
#: comment_id, before, after: `Comment.visibility` changed.
visibility_changed = Signal()
#: comment_id: somebody voted, changed or withdrew a vote.
vote_cast = Signal()

# --- recorded --------------------------------------------------------------------------------------
#: comment, findings: it was written, or it has another text, and is saved; `findings` are what screens handed on.
comment_written = Signal()
#: comment, before, by: its visibility has changed and is saved; `by` is None when the site itself did it.
visibility_set = Signal()
#: act (such as `comment.pinned`), by (None: the site itself), article_id, comment_id (None for a whole article): done.
staff_acted = Signal()
#: articles (ids), seed, now, staff (member by role), members: the demo is written, and its house may be furnished.
demo_seeded = Signal()
#: articles (ids): the demo is about to be deleted, and with it what was written about it.
demo_goes = Signal()


def announce(signal: Signal, **ids: object) -> None:
    """Send `signal` once the running transaction has committed. A receiver that fails is logged by Django, no more."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, **ids), robust=True)


def record(signal: Signal, **facts: object) -> None:
    """Send `signal` now, inside the running transaction; what a receiver raises takes the transaction back."""
    signal.send(sender=None, **facts)
