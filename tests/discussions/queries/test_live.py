"""What has happened in a quiet article is found without walking through what has happened in a busy one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from core.kept import Kept
from core.postgresql.base import _numbered
from discussions.models import Article, LiveEvent
from discussions.queries import live
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def events(article: Article, how_many: int) -> list[int]:
    """Write events and return their ids."""
    rows = [LiveEvent(article=article, kind=LiveEvent.Kind.CHANGED, revision=0) for _n in range(how_many)]
    return [row.pk for row in LiveEvent.objects.bulk_create(rows)]


def test_events_are_those_of_the_article_and_new() -> None:
    article, other, silent = make_article(), make_article(), make_article()
    first, mine, theirs = events(article, 2), events(article, 3), events(other, 2)
    later = events(article, 1)

    assert [row.id for row in live.events_since(article.pk, first[-1])] == [*mine, *later]
    assert [row.id for row in live.events_since(other.pk, 0)] == theirs
    assert live.events_since(silent.pk, 0) == []
    assert [live.latest_event(row.pk) for row in (article, other, silent)] == [later[0], theirs[-1], 0]
    for row, newest in ((article, later[0]), (other, theirs[-1]), (silent, 0)):
        version = live.read_version(row.slug)
        assert version
        assert (version.article_id, version.event) == (row.pk, newest)


def test_no_more_than_so_many_at_a_time() -> None:
    article = make_article()
    ids = events(article, live.AT_MOST + 5)
    assert [row.id for row in live.events_since(article.pk, 0)] == ids[: live.AT_MOST]


def plan(statement: Kept[Any], *values: int) -> str:
    """Return PostgreSQL's plan for any values."""
    sql, parts = statement.sql_for(*values)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE looked_at ({', '.join(['bigint'] * len(parts))}) AS {_numbered(sql)}")
        cursor.execute(f"EXPLAIN EXECUTE looked_at ({', '.join(map(str, parts))})")
        lines = [row[0] for row in cursor.fetchall()]
        cursor.execute("DEALLOCATE looked_at")
    return "\n".join(lines)


@pytest.mark.postgres
def test_the_busy_article_is_not_read_for_the_quiet_one() -> None:
    busy, quiet = make_article(), make_article()
    events(busy, 4000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE discussions_liveevent")
    for lines in (plan(live._newest, quiet.pk), plan(live._since, quiet.pk, quiet.pk, 0)):
        assert "live_events_of_an_article" in lines
        assert "Sort" not in lines
