"""A database of two million comments: the corpus again and again, each copy with members, articles, votes of its own.

What is measured is there once, as in the small database, so both are asked the same; what is around it grows. Rows are
copied inside PostgreSQL with their numbers moved, and paths are made by `discussions.tree`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql

from discussions import tree

COMMENTS = 2_000_000
USERS, ARTICLES, ROWS, VOTES = "accounts_user", "discussions_article", "discussions_comment", "discussions_vote"
TABLES = (USERS, ARTICLES, ROWS, VOTES)

#: What differs in a copy, as SQL: `t` is the row, `m` its new path, and by how much numbers move is said by table.
CHANGED: Mapping[str, Mapping[str, str]] = {
    USERS: {
        "id": "t.id + %(accounts_user)s",
        "username": "t.username || '-' || %(copy)s::text",
        "email": "%(copy)s::text || '-' || t.email",
    },
    ARTICLES: {
        "id": "t.id + %(discussions_article)s",
        "slug": "t.slug || '-' || %(copy)s::text",
        "published_at": "t.published_at - %(copy)s * interval '1 hour'",
    },
    ROWS: {
        "id": "t.id + %(discussions_comment)s",
        "article_id": "t.article_id + %(discussions_article)s",
        "parent_id": "t.parent_id + %(discussions_comment)s",
        "root_id": "t.root_id + %(discussions_comment)s",
        "author_id": "t.author_id + %(accounts_user)s",
        "path": "m.path",
        "created_at": "t.created_at - %(copy)s * interval '1 hour'",
        "published_at": "t.published_at - %(copy)s * interval '1 hour'",
    },
    VOTES: {
        "id": "t.id + %(discussions_vote)s",
        "comment_id": "t.comment_id + %(discussions_comment)s",
        "member_id": "t.member_id + %(accounts_user)s",
    },
}
_BELOW = f"FROM {ROWS} c LEFT JOIN {ROWS} p ON p.id = c.parent_id"
#: What must be nowhere, as queries that count it.
CHECKS = {
    "paths that are not the parent's with the own number": f"""
        SELECT count(*) {_BELOW} WHERE (c.parent_id IS NOT NULL AND p.id IS NULL)
        OR c.path <> coalesce(p.path, ''::bytea) || substring(int8send(c.id) FROM {9 - tree.WIDTH})""",
    "wrong roots, depths or articles": f"""
        SELECT count(*) {_BELOW} WHERE c.depth <> length(c.path) / {tree.WIDTH} - 1
        OR c.root_id IS DISTINCT FROM coalesce(p.root_id, p.id) OR c.article_id <> coalesce(p.article_id, c.article_id)
        """,
    "replies counted wrongly": f"""
        SELECT count(*) FROM {ROWS} c LEFT JOIN (SELECT parent_id, count(*) n FROM {ROWS} GROUP BY 1) r
        ON r.parent_id = c.id WHERE c.reply_count <> coalesce(r.n, 0)""",
    "branches counted wrongly": f"""
        SELECT count(*) FROM {ROWS} c LEFT JOIN (SELECT root_id, count(*) n FROM {ROWS} GROUP BY 1) r
        ON r.root_id = c.id WHERE c.branch_count <> coalesce(r.n, 0)""",
    "votes counted wrongly": f"""
        SELECT count(*) FROM {ROWS} c LEFT JOIN (SELECT comment_id, count(*) FILTER (WHERE value = 1) up,
        count(*) FILTER (WHERE value = -1) down FROM {VOTES} GROUP BY 1) v
        ON v.comment_id = c.id WHERE c.up_count <> coalesce(v.up, 0) OR c.down_count <> coalesce(v.down, 0)""",
    "articles counted wrongly": f"""
        SELECT count(*) FROM {ARTICLES} a LEFT JOIN (SELECT article_id, count(*) n FROM {ROWS} GROUP BY 1) c
        ON c.article_id = a.id WHERE a.comment_count <> coalesce(c.n, 0)""",
    "voters or authors who are not there": f"""
        SELECT (SELECT count(*) FROM {VOTES} v LEFT JOIN {USERS} u ON u.id = v.member_id WHERE u.id IS NULL)
        + (SELECT count(*) FROM {ROWS} c LEFT JOIN {USERS} u ON u.id = c.author_id WHERE u.id IS NULL)""",
}


@dataclass(frozen=True, slots=True)
class Span:
    """The numbers of a table's rows: copy n of row `id` is `id + n * size`, so no two copies meet."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """Return how many numbers a copy takes."""
        return self.last - self.first + 1


def copies_for(total: int, there: int) -> int:
    """Return how many copies of `there` rows make `total` or more of them, the first included."""
    return max(-(-total // there) - 1, 0)


def moved(path: bytes, by: int) -> bytes:
    """Return a path with every number on it `by` higher."""
    result = b""
    for each in tree.ids_of(path):
        result = tree.child_path(result, each + by)
    return result


def copying(table: str, columns: Sequence[str], changed: Mapping[str, str], join: str = "") -> str:
    """Return SQL that copies the rows up to the number %(last)s, with the columns of `changed` as it says.

    Raises `ValueError` when one of them is no column.
    """
    if unknown := set(changed) - set(columns):
        raise ValueError(f"{table} has no {', '.join(sorted(unknown))}")
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    return f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} t {join} WHERE t.id <= %(last)s"


def grow(url: str, total: int, say: Callable[[str], None]) -> tuple[Span, int]:
    """Copy what is there until there are `total` comments; return the numbers of what was there, and how many copies.

    Raises `RuntimeError` when what was made is not as the site would have made it.
    """
    with psycopg.connect(url, autocommit=True) as base:
        spans = {table: _span(base, table) for table in TABLES}
        count = copies_for(total, spans[ROWS].size)
        # Rows are made of rows that are right, and looked through below: no trigger has to ask for each.
        base.execute("SET session_replication_role = replica")
        base.execute("SET synchronous_commit = off")
        base.execute("CREATE TEMP TABLE moved (id bigint PRIMARY KEY, path bytea)")
        paths = base.execute(f"SELECT id, path FROM {ROWS}").fetchall()
        statements = {table: _statement(base, table) for table in TABLES}
        for copy in range(1, count + 1):
            with base.transaction():
                _copy(base, copy, paths, spans, statements)
            if copy % 30 == 0 or copy == count:
                say(f"{(copy + 1) * spans[ROWS].size:,} comments")
        for table in TABLES:
            base.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        say("VACUUM ANALYZE, and a look at what was made")
        base.execute("VACUUM (FREEZE, ANALYZE)")
        base.execute("CHECKPOINT")
        if problems := wrong(base):
            raise RuntimeError(f"the large database is not right: {problems}")
    return spans[ROWS], count


def _span(base: psycopg.Connection[Any], table: str) -> Span:
    row = base.execute(sql.SQL("SELECT min(id), max(id) FROM {}").format(sql.Identifier(table))).fetchone()
    assert row
    return Span(*row)


def _statement(base: psycopg.Connection[Any], table: str) -> str:
    rows = base.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position", [table]
    ).fetchall()
    join = "JOIN moved m ON m.id = t.id" if table == ROWS else ""
    return copying(table, [row[0] for row in rows], CHANGED[table], join)


def _copy(
    base: psycopg.Connection[Any], copy: int, paths: Sequence[tuple[int, bytes]], spans: Mapping[str, Span],
    statements: Mapping[str, str],
) -> None:  # fmt: skip
    by = {table: span.size * copy for table, span in spans.items()}
    base.execute("TRUNCATE moved")
    with base.cursor().copy("COPY moved (id, path) FROM STDIN") as lines:
        for number, path in paths:
            lines.write_row((number, moved(path, by[ROWS])))
    for table, statement in statements.items():
        base.execute(statement.encode(), {**by, "copy": copy, "last": spans[table].last})


def wrong(base: psycopg.Connection[Any]) -> list[str]:
    """Return what of the tree and its counts is wrong in the whole database."""
    found = []
    for words, query in CHECKS.items():
        row = base.execute(query.encode()).fetchone()
        assert row
        if row[0]:
            found.append(f"{row[0]} {words}")
    return found


def scattered(comments: Sequence[int], first: Span, copies: int) -> list[int]:
    """Return for each of `comments` it or one of its copies, the same in each run."""
    rng = random.Random(17)  # noqa: S311
    return [each + first.size * rng.randrange(copies + 1) for each in comments]
