"""Writing live events down, and telling of them once they are true."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from core.inserts import insert
from discussions import freshness, live_channel
from discussions.models import Article, Comment, LiveEvent

#: A page that slept for longer is told of the newest only; a browser has mostly dropped it by then.
KEEP = timedelta(days=2)


def record_event(article: Article, comment: Comment | None, kind: LiveEvent.Kind) -> LiveEvent:
    """Write one event into the caller's transaction, which holds the article's row, and return it.

    After the commit the cached pages of the article are old, and the processes with open streams are told.
    """
    assert transaction.get_connection().in_atomic_block, "the event belongs to the transaction of what it tells"
    event = LiveEvent(article_id=article.pk, comment=comment, kind=kind, revision=comment.revision if comment else 0)
    insert(event, later=True)
    transaction.on_commit(partial(_tell, article, event), robust=True)
    return event


def sweep_events() -> int:
    """Forget events of the day before yesterday, and return how many; the newest of an article is its version."""
    newer = LiveEvent.objects.filter(article=OuterRef("article"), pk__gt=OuterRef("pk"))
    return LiveEvent.objects.filter(Exists(newer), created_at__lt=timezone.now() - KEEP).delete()[0]


def _tell(article: Article, event: LiveEvent) -> None:
    freshness.announce(article.slug, freshness.Version(article.pk, event.pk, article.updated_at.timestamp()))
    live_channel.publish(article.pk)
