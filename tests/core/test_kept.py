"""Statements that are composed once answer as those that are composed each time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, F, IntegerField, QuerySet
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from core.inserts import insert
from core.kept import kept, kept_update, param
from core.models import Outbox
from discussions.models import Article, Comment
from tests.factories import make_article, make_comment, make_user

pytestmark = pytest.mark.django_db


@kept
def below() -> QuerySet[Comment, Any]:
    """Ids and paths under an article, newer than a moment."""
    rows = Comment.objects.filter(article_id=param(), created_at__gt=param(1, DateTimeField()))
    return rows.order_by("path").values_list("pk", "path", "created_at", "is_listed")


@kept
def sorted_by(order: str) -> QuerySet[Comment, Any]:
    """Whole comments in an order."""
    rows = Comment.objects.select_related("author", "article__section").filter(article_id=param())
    return rows.annotate(name_above=F("parent__author_name")).order_by(order)


@kept
def locked() -> QuerySet[Article, Any]:
    """An article, locked."""
    return Article.objects.select_for_update().filter(pk=param())


@kept
def numbered() -> QuerySet[Article, Any]:
    """An article by its number."""
    return Article.objects.filter(pk=param()).values_list("pk")


@kept
def at() -> QuerySet[Article, Any]:
    """An article by its address."""
    return Article.objects.filter(slug=param()).values_list("pk")


@kept_update
def moved() -> tuple[QuerySet[Any, Any], dict[str, Any]]:
    """Add to a count."""
    return Comment.objects.filter(pk=param()), {"branch_count": F("branch_count") + param(1, IntegerField())}


def test_rows_are_those_of_the_queryset() -> None:
    article = make_article()
    root = make_comment(article)
    make_comment(article, parent=root)
    since = timezone.now() - timedelta(hours=1)
    asked = Comment.objects.filter(article=article, created_at__gt=since).order_by("path")
    want = list(asked.values_list("pk", "path", "created_at", "is_listed"))
    assert len(want) == 2
    assert below.rows(article.pk, since) == want
    assert below.row(article.pk, since) == want[0]
    assert below.rows(article.pk, timezone.now() + timedelta(hours=1)) == []
    assert below.row(make_article().pk, since) is None


def test_what_no_column_can_hold_is_in_no_row() -> None:
    assert numbered.rows(10**30) == []
    assert at.rows("a\0b") == []


@pytest.mark.parametrize("order", ["path", "-path"])
def test_instances_have_what_is_joined_and_annotated(order: str, django_assert_num_queries: Any) -> None:
    article = make_article()
    root = make_comment(article, author=make_user())
    reply = make_comment(article, parent=root)
    with django_assert_num_queries(1):
        found = sorted_by.all(article.pk, shape=(order,))
        assert [one.author.username for one in found if one.author][:1]
        assert {one.article.title for one in found} == {article.title}
    assert found == ([root, reply] if order == "path" else [reply, root])
    names = {one.pk: one.name_above for one in found}  # type: ignore[attr-defined]
    assert names == {root.pk: None, reply.pk: root.author_name}
    assert sorted_by.one(article.pk, shape=(order,)) == sorted_by.get(article.pk, shape=(order,)) == found[0]
    with pytest.raises(Comment.DoesNotExist):
        sorted_by.get(0, shape=(order,))


@pytest.mark.django_db(transaction=True)
def test_a_lock_wants_a_transaction() -> None:
    article = make_article()
    with transaction.atomic():
        assert locked.one(article.pk) == article
    if connection.features.has_select_for_update:
        with pytest.raises(TransactionManagementError):
            locked.one(article.pk)


def test_an_update_says_how_many() -> None:
    comment = make_comment(make_article())
    before = comment.branch_count
    assert moved.run(comment.pk, 3) == 1
    comment.refresh_from_db()
    assert comment.branch_count == before + 3
    assert moved.run(0, 3) == 0


def test_an_inserted_row_is_like_a_saved_one() -> None:
    row = Outbox(topic="discussions.tell", payload={"comment": 7}, next_at=timezone.now())
    assert insert(row)
    stored = Outbox.objects.get(pk=row.pk)
    for field in Outbox._meta.concrete_fields:
        assert getattr(stored, field.attname) == getattr(row, field.attname)
    row.save()
    assert Outbox.objects.filter(pk=row.pk).count() == 1


def test_a_row_that_is_there_is_refused_or_left() -> None:
    row = Outbox(topic="discussions.tell", payload={}, next_at=timezone.now())
    insert(row)
    again = Outbox(pk=row.pk, event=row.event, topic="another", payload={}, next_at=timezone.now())
    assert not insert(again, unless_there=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(again)
    assert Outbox.objects.get(pk=row.pk).topic == "discussions.tell"
