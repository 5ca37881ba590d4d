"""Write the corpus into the paper's database: `python -m press.fill OUT`, with what clients need to know in OUT."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "press.settings")
import django

django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sites.models import Site
from django.core.management import call_command
from django.utils import timezone
from django_comments.forms import CommentSecurityForm
from django_comments.models import Comment, CommentFlag
from django_comments_xtd.models import DISLIKEDIT_FLAG, LIKEDIT_FLAG, XtdComment
from press.models import Story

from bench.beside import corpus


def main() -> None:
    """Migrate, fill, and tell."""
    call_command("migrate", run_syncdb=True, verbosity=0)
    users = [User(username=f"reader{n}", email=f"reader{n}@example.org", password="!") for n in range(corpus.READERS)]
    users = User.objects.bulk_create(users)
    told = {"sessions": [_session(user) for user in users], "stories": {}, "comments": {}, "forms": {}, "taken": []}
    for size in corpus.SIZES:
        story = Story.objects.create(title=f"Talk {size}")
        told["stories"][size] = story.pk
        told["comments"][size] = _fill(story, corpus.article(size), users, told["taken"])
        told["forms"][size] = CommentSecurityForm(story).generate_security_data()
    Path(sys.argv[1]).write_text(json.dumps(told))


def _session(user) -> str:
    store = SessionStore()
    store[SESSION_KEY], store[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return store.session_key


def _fill(story, said, users, taken) -> list[int]:
    """Write the comments with the running order and counts that xtd keeps; return their ids."""
    began = timezone.now() - timedelta(seconds=corpus.SECONDS_BETWEEN * len(said))
    kind, site = ContentType.objects.get_for_model(Story), Site.objects.get_current()
    base = (XtdComment.norel_objects.order_by("-pk").values_list("pk", flat=True).first() or 0) + 1
    order, nested, root = _running(said)
    rows = []
    for n, each in enumerate(said):
        user = users[each.reader]
        rows.append({
            "id": base + n, "content_type": kind, "object_pk": str(story.pk), "site": site, "user": user,
            "user_name": user.username, "user_email": user.email, "comment": each.text,
            "submit_date": began + timedelta(seconds=each.at), "thread_id": base + root[n],
            "parent_id": base + (each.parent if each.parent is not None else n), "level": each.depth,
            "order": order[n], "nested_count": nested[n],
        })  # fmt: skip
    _insert(rows)
    flags = [
        CommentFlag(user=users[reader], comment_id=base + n, flag=flag, flag_date=timezone.now())
        for n, each in enumerate(said)
        for flag, readers in ((LIKEDIT_FLAG, each.up), (DISLIKEDIT_FLAG, each.down))
        for reader in readers
    ]
    CommentFlag.objects.bulk_create(flags, batch_size=5000)
    taken += [[flag.comment_id, flag.user_id - users[0].pk] for flag in flags]
    return [row["id"] for row in rows]


def _running(said):
    """Return order within the thread, number of comments below, and root of each comment."""
    below, root = [[] for _ in said], list(range(len(said)))
    nested = [0] * len(said)
    for n, each in enumerate(said):
        if each.parent is not None:
            below[each.parent].append(n)
            root[n] = root[each.parent]
    for n in range(len(said) - 1, -1, -1):
        nested[n] = sum(1 + nested[m] for m in below[n])
    order = [1] * len(said)
    for start in (n for n, each in enumerate(said) if each.parent is None):
        todo, place = [start], 1
        while todo:
            n = todo.pop()
            order[n], place = place, place + 1
            todo.extend(reversed(below[n]))
    return order, nested, root


def _insert(rows) -> None:
    """Write both tables of the inherited model, which `bulk_create` does not."""
    from django.db import connection

    parent = [field.name for field in Comment._meta.local_fields]
    Comment.objects.bulk_create(
        [Comment(**{name: value for name, value in row.items() if name in parent}) for row in rows], batch_size=2000
    )
    own = '(comment_ptr_id, thread_id, parent_id, level, "order", followup, nested_count)'
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {XtdComment._meta.db_table} {own} VALUES (%s, %s, %s, %s, %s, false, %s)",
            [(r["id"], r["thread_id"], r["parent_id"], r["level"], r["order"], r["nested_count"]) for r in rows],
        )
        sequence = (
            "SELECT setval(pg_get_serial_sequence('django_comments', 'id'), (SELECT max(id) FROM django_comments))"
        )
        cursor.execute(sequence)


if __name__ == "__main__":
    main()
