"""The large database: copies are made as the site would make them."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction

from bench.beside import corpus, large
from bench.beside.fill import write_article
from discussions import tree
from discussions.actions.recount import recount
from discussions.models import Article, Comment, Vote
from tests.factories import make_user


def test_there_are_at_least_as_many_comments_as_were_asked_for() -> None:
    assert large.copies_for(2_000_000, 11_145) == 179
    assert 180 * 11_145 >= 2_000_000 > 179 * 11_145
    assert [large.copies_for(total, 10) for total in (5, 10, 11, 20, 21)] == [0, 0, 1, 1, 2]


def test_every_number_on_a_path_moves() -> None:
    path = tree.child_path(tree.child_path(b"", 3), 250)
    assert tree.ids_of(large.moved(path, 10)) == [13, 260]
    assert large.moved(path, 0) == path


def test_copies_do_not_meet() -> None:
    span = large.Span(5, 9)
    ids = [each + copy * span.size for copy in range(4) for each in range(5, 10)]
    assert ids == list(range(5, 25))
    assert set(large.scattered(range(5, 10), span, 3)) <= set(ids)
    assert [(each - 5) % span.size for each in large.scattered(range(5, 10), span, 3)] == [0, 1, 2, 3, 4]


def test_a_copy_has_every_column_once() -> None:
    statement = large.copying("a", ["id", "b", "c"], {"id": "t.id + %(a)s"}, "JOIN m")
    assert statement == (
        'INSERT INTO a ("id", "b", "c") SELECT t.id + %(a)s, t."b", t."c" FROM a t JOIN m WHERE t.id <= %(last)s'
    )
    with pytest.raises(ValueError, match="a has no d"):
        large.copying("a", ["id"], {"d": "1"})


@pytest.mark.postgres
@pytest.mark.enable_socket
@pytest.mark.django_db(transaction=True)
def test_a_grown_database_is_right_and_goes_on() -> None:
    readers = [make_user() for _n in range(corpus.READERS)]
    for size in (10, 135):
        write_article(size, readers, [])
    before = Comment.objects.count(), Vote.objects.count(), Article.objects.count()
    there, copies = large.grow(_url(), 500, lambda _words: None)
    assert copies == 3
    assert (Comment.objects.count(), Vote.objects.count(), Article.objects.count()) == tuple(4 * n for n in before)
    assert recount(repair=False) == []
    # The next of ours gets a number of its own.
    with transaction.atomic():
        write_article(1, readers, [])
    some = [each.pk for each in Comment.objects.order_by("pk")[:145]]
    assert Comment.objects.filter(pk__in=large.scattered(some, there, copies)).count() == 145
    with psycopg.connect(_url()) as base:
        assert large.wrong(base) == []
        base.execute("UPDATE discussions_comment SET reply_count = reply_count + 1 WHERE id = %s", [some[0]])
        assert large.wrong(base) == ["1 replies counted wrongly"]
        base.rollback()


def _url() -> str:
    return psycopg.conninfo.make_conninfo(
        **{key: value for key, value in connection.get_connection_params().items()
           if key in {"dbname", "user", "password", "host", "port"}}
    )  # fmt: skip
