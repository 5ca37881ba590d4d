"""Write the corpus into Parkbench's database: `python -m bench.beside.fill OUT`, with what clients need to know in OUT.

Rows are written as the importer writes them, in bulk and with their counters; readers are members of long standing, so
that what they post in the measurement takes the way of ordinary comments.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench.beside import corpus

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = 200


def main() -> None:
    """Fill, and tell."""
    sys.path.insert(0, str(ROOT / "site"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.beside.settings")
    import django

    django.setup()
    from django.db import connection

    from accounts.models import User

    users = User.objects.bulk_create(
        User(username=f"reader{n}", name=f"Reader {n}", email=f"reader{n}@example.org", password="!")
        for n in range(corpus.READERS)
    )
    told: dict[str, Any] = {
        "sessions": [_session(user) for user in users[:SESSIONS]],
        "slugs": {},
        "comments": {},
        "taken": [],
    }
    for size in corpus.SIZES:
        told["slugs"][size], told["comments"][size] = write_article(size, users, told["taken"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    Path(sys.argv[1]).write_text(json.dumps(told))


def _session(user: Any) -> str:
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def write_article(size: int, users: Sequence[Any], taken: list[list[int]]) -> tuple[str, list[int]]:
    """Write the article of `size` comments; return slug and ids, and add to `taken` who may not vote where."""
    from django.db import transaction
    from django.utils import timezone

    from core.ids import allocate_ids
    from discussions.models import Article, Comment, Vote

    said = corpus.article(size)
    began = timezone.now() - timedelta(seconds=corpus.SECONDS_BETWEEN * (size + 2))
    article = Article.objects.create(
        title=f"Talk {size}", slug=f"talk-{size}", published_at=began, comment_count=size,
        body="What happened.", body_html="<p>What happened, and what happens next.</p>",
    )  # fmt: skip
    with transaction.atomic():
        ids = allocate_ids(Comment, size)
        Comment.objects.bulk_create(_rows(article, said, list(ids), users, began), batch_size=1000)
        votes = [
            Vote(comment_id=ids[n], member=users[reader], value=value)
            for n, each in enumerate(said)
            for value, readers in ((1, each.up), (-1, each.down))
            for reader in readers
        ]
        Vote.objects.bulk_create(votes, batch_size=2000)
    taken += [[ids[n], reader] for n, each in enumerate(said) for reader in (*each.up, *each.down, each.reader)]
    return article.slug, list(ids)


def _rows(
    article: Any, said: Sequence[corpus.Said], ids: Sequence[int], users: Sequence[Any], began: datetime
) -> list[Any]:
    from discussions import tree
    from discussions.models import Comment
    from discussions.ranking import wilson_lower_bound

    replies, branch, root = _counts(said)
    rows: list[Any] = []
    for n, each in enumerate(said):
        up, down, author = len(each.up), len(each.down), users[each.reader]
        parent = rows[each.parent] if each.parent is not None else None
        at = began + timedelta(seconds=each.at)
        row = Comment(
            id=ids[n], article=article, author=author, author_name=author.display_name, body=each.text,
            html=corpus.as_html(each.text), renderer_version=1, created_at=at, published_at=at, depth=each.depth,
            up_count=up, down_count=down, score=up - down, wilson=wilson_lower_bound(up, down), language="en",
            reply_count=replies[n], branch_count=branch[n], parent=parent,
            root_id=ids[root[n]] if parent else None,
        )  # fmt: skip
        row.path = tree.child_path(parent.path if parent else b"", row.id)
        rows.append(row)
    return rows


def _counts(said: Sequence[corpus.Said]) -> tuple[list[int], list[int], list[int]]:
    """Return direct replies, all below (kept for roots only), and the root of each comment."""
    replies, branch, root = [0] * len(said), [0] * len(said), list(range(len(said)))
    for n, each in enumerate(said):
        if each.parent is not None:
            root[n] = root[each.parent]
            replies[each.parent] += 1
            branch[root[n]] += 1
    return replies, branch, root


if __name__ == "__main__":
    main()
