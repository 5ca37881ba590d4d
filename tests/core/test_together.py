"""What is written together is written in one statement, before anybody asks for it, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet
from django.test.utils import CaptureQueriesContext

from core.database import savepoint_if_asked
from core.inserts import insert, insert_provided
from core.kept import kept, kept_update, param
from core.models import Outbox
from core.together import together
from discussions.models import Article, LiveEvent
from tests.factories import make_article
from tests.statements import Seen

pytestmark = pytest.mark.django_db


@kept_update
def counted() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    """Add one to an article's count."""
    return Article.objects.filter(pk=param()), {"comment_count": F("comment_count") + 1}


def event(article: Article) -> LiveEvent:
    """Return an event that is not written yet."""
    return LiveEvent(article=article, kind=LiveEvent.Kind.CHANGED, revision=0)


def fails_in_a_savepoint(write: Callable[[], object]) -> None:
    """Do what breaks a constraint, and go on."""
    with pytest.raises(IntegrityError), savepoint_if_asked():
        write()


def test_rows_and_counts_are_written_and_keys_are_known() -> None:
    article, first, second = make_article(), event(make_article()), event(make_article())
    with transaction.atomic(), together():
        insert(first, later=True)
        counted.later(article.pk)
        insert(second, later=True)
    assert LiveEvent.objects.get(pk=first.pk).article_id == first.article_id
    assert LiveEvent.objects.get(pk=second.pk).article_id == second.article_id
    assert not first._state.adding  # as of a row that was saved
    assert Article.objects.get(pk=article.pk).comment_count == article.comment_count + 1


@pytest.mark.postgres
def test_postgresql_hears_one_statement() -> None:
    article, seen = make_article(), Seen()
    with transaction.atomic(), connection.execute_wrapper(seen), together():
        insert(event(article), later=True)
        counted.later(article.pk)
        insert(event(article), later=True)
        assert not seen
    assert len(seen) == 1


def test_who_asks_meanwhile_finds_what_was_written() -> None:
    article = make_article()
    with transaction.atomic(), together():
        insert(event(article), later=True)
        assert LiveEvent.objects.filter(article=article).count() == 1
        counted.later(article.pk)
        insert(event(article), later=True)
        assert Article.objects.get(pk=article.pk).comment_count == 1
    assert LiveEvent.objects.filter(article=article).count() == 2


def test_what_failed_in_a_late_savepoint_takes_nothing_along() -> None:
    article = make_article()
    with transaction.atomic(), together():
        insert(event(article), later=True)
        fails_in_a_savepoint(lambda: Article.objects.create(title="Another", slug=article.slug))
        counted.later(article.pk)
    assert LiveEvent.objects.filter(article=article).count() == 1
    assert Article.objects.get(pk=article.pk).comment_count == 1


def test_what_is_written_in_a_late_savepoint_goes_with_it() -> None:
    article = make_article()

    def writes_and_fails() -> None:
        LiveEvent.objects.filter(article=article).count()
        insert(event(article), later=True)
        Article.objects.create(title="Another", slug=article.slug)

    with transaction.atomic(), together():
        fails_in_a_savepoint(writes_and_fails)
        counted.later(article.pk)
    assert not LiveEvent.objects.filter(article=article).exists()
    assert Article.objects.get(pk=article.pk).comment_count == 1


def test_an_error_in_the_block_writes_nothing() -> None:
    article = make_article()

    @transaction.atomic
    def fails() -> None:
        with together():
            insert(event(article), later=True)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert not LiveEvent.objects.filter(article=article).exists()
    with transaction.atomic(), together():
        counted.later(article.pk)
    assert not LiveEvent.objects.filter(article=article).exists()


def test_what_a_constraint_refuses_is_said() -> None:
    article = make_article()

    @transaction.atomic
    def write() -> None:
        with together():
            insert(Article(title="Another", slug=article.slug), later=True)
            counted.later(article.pk)

    with pytest.raises(IntegrityError):
        write()
    assert Article.objects.get(pk=article.pk).comment_count == 0


def test_a_block_within_another_is_part_of_it() -> None:
    article = make_article()
    with transaction.atomic(), together():
        with together():
            insert(event(article), later=True)
        insert(event(article), later=True)
    assert LiveEvent.objects.filter(article=article).count() == 2


def test_outside_a_block_it_is_written_at_once() -> None:
    article = make_article()
    row = Outbox(topic="discussions.tell", payload={})
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        insert(row, later=True)
        counted.later(article.pk)
        assert row.pk is not None
    assert sum(query["sql"].startswith(("INSERT", "UPDATE")) for query in queries) == 2


def test_without_a_transaction_it_is_not_begun() -> None:
    wrapper: Any = connection
    was, wrapper.in_atomic_block = wrapper.in_atomic_block, False
    try:
        with pytest.raises(AssertionError), together():
            pass
    finally:
        wrapper.in_atomic_block = was


@kept
def unwritten() -> QuerySet[Article, Any]:
    return Article.objects.select_for_update(no_key=True).filter(pk=param(), comment_count=0).values_list("pk")


@pytest.mark.postgres
def test_a_row_comes_with_its_change_or_neither_does() -> None:
    article, other, seen = make_article(), make_article(), Seen()
    held, change = unwritten.sql_for(article.pk), counted.sql_for(article.pk)
    row = Article(title="A third", slug="third")
    with connection.execute_wrapper(seen):
        assert insert_provided(row, held, change)
    assert len(seen) == 1
    assert row.pk
    assert not row._state.adding
    assert Article.objects.get(pk=row.pk).title == "A third"
    assert not insert_provided(Article(title="Late", slug="late"), held, change)
    taken = Article(title="Another", slug="third")
    assert not insert_provided(taken, unwritten.sql_for(other.pk), counted.sql_for(other.pk))
    assert list(Article.objects.order_by("pk").values_list("title", "comment_count")) == [
        (article.title, 1), (other.title, 0), ("A third", 0),
    ]  # fmt: skip
