"""What has happened in a discussion since a page of it was made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import BigIntegerField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.kept import kept, param, params
from discussions.freshness import Version
from discussions.models import Article, LiveEvent

#: In one answer; who asks again hears the rest.
AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, as a script is told of it: ids and versions only."""

    id: int
    comment: int | None
    kind: str
    revision: int


def events_since(article_id: int, since: int) -> list[Happened]:
    """Return the first `AT_MOST` events after `since`, oldest first: one query."""
    return [Happened(*row) for row in _since.rows(article_id, article_id, since)]


# Most events may be of one busy article. Asked for those of another by `article = …`, PostgreSQL takes the article for
# settled and out of the order; then, for a plan that suits any article, it walks through all events by their ids. So
# the article is a range here, or a list of the same twice, and its order is that of the index that begins with it.


@kept
def _since() -> QuerySet[LiveEvent, Any]:
    # As a number: Django compares a reference with no list of places.
    rows = LiveEvent.objects.alias(number=ExpressionWrapper(F("article_id"), BigIntegerField()))
    rows = rows.filter(number__in=params(2), pk__gt=param(2)).order_by("article_id", "pk")
    return rows.values_list("pk", "comment_id", "kind", "revision")[:AT_MOST]


def news_of(events: Sequence[Happened], since: int) -> dict[str, Any]:
    """Return what a script is told: the events, and after which one to ask next time (`since` when there are none)."""
    return {"latest": events[-1].id if events else since, "events": [asdict(event) for event in events]}


def latest_event(article_id: int) -> int:
    """Return the id of the newest event of an article, 0 before the first. Ask before reading what it is about."""
    row = _newest.row(article_id)
    return row[0] if row else 0


@kept
def _newest() -> QuerySet[LiveEvent, Any]:
    return _newest_first(param()).values_list("pk")[:1]


def _newest_first(article_id: Any) -> QuerySet[LiveEvent, LiveEvent]:
    rows = LiveEvent.objects.filter(article_id__gte=article_id, article_id__lte=article_id)
    return rows.order_by("-article_id", "-pk")


def read_version(slug: str) -> Version | None:
    """Return what the pages of a published article are made of, None where there is none: one query."""
    newest = _newest_first(OuterRef("pk")).values("pk")[:1]
    rows = Article.objects.at(slug).filter(published_at__lte=timezone.now())
    row = rows.values_list("pk", Coalesce(Subquery(newest), 0), "updated_at").first()
    return Version(row[0], row[1], row[2].timestamp()) if row else None
