"""Rows for tests: the least that a test has to say, everything else made up.

They write rows straight into the database, with the counters that the actions would have kept, so that a test of a
page does not depend on the actions and a thousand comments take a second.
"""

from __future__ import annotations

import itertools
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.html import escape

from accounts.models import Guest, User
from core.ids import allocate_ids
from discussions import tree
from discussions.models import Article, Comment, Section, Visibility
from discussions.models.comment import READABLE

_number = itertools.count(1)


def make_user(username: str = "", **fields: Any) -> User:
    """Return a saved member with a confirmed address of its own, no password and no special rights."""
    n = next(_number)
    username = username or f"reader{n}"
    fields.setdefault("email", f"{username}.{n}@example.org")
    return User.objects.create_user(fields.pop("email"), username, fields.pop("password", None), **fields)


def make_moderator(username: str = "", **fields: Any) -> User:
    """Return a saved member who may hold, publish, remove, pin and lock."""
    user = make_user(username, **fields)
    moderate = Permission.objects.get(codename="moderate", content_type__app_label="discussions")
    user.user_permissions.add(moderate)
    return user


def make_senior(username: str = "", **fields: Any) -> User:
    """Return a saved moderator who may also decide appeals, ban and lift."""
    return _with_rights(make_moderator(username, **fields), "review")


def make_admin(username: str = "", **fields: Any) -> User:
    """Return a saved member who may do everything in the house."""
    return _with_rights(make_senior(username, **fields), "administer")


def _with_rights(user: User, codename: str) -> User:
    user.user_permissions.add(Permission.objects.get(codename=codename, content_type__app_label="moderation"))
    return user


def make_guest(name: str = "", **fields: Any) -> Guest:
    """Return a saved guest without an address. `email_confirmed_at` makes the guest's votes count."""
    return Guest.objects.create(name=name or f"Guest {next(_number)}", **fields)


def make_section(name: str = "News") -> Section:
    """Return the section of this name."""
    return Section.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]


def make_article(title: str = "", **fields: Any) -> Article:
    """Return a saved, published, open article without comments."""
    n = next(_number)
    fields.setdefault("slug", f"article-{n}")
    fields.setdefault("body_html", "<p>What happened.</p>")
    return Article.objects.create(title=title or f"Article {n}", **fields)


def make_comment(
    article: Article | None = None,
    *,
    parent: Comment | None = None,
    by: User | Guest | None = None,
    body: str = "I walk there every morning.",
    visibility: str = Visibility.PUBLIC,
    **fields: Any,
) -> Comment:
    """Return a saved comment, public unless `visibility` says otherwise; the counters above it are right.

    A removed one counts as published before, so that it leaves a stub: pass `published_at=None` for one that never
    was public. Without `by`, a new member wrote it.
    """
    with transaction.atomic():
        by = by or make_user()
        article = article or (parent.article if parent else make_article())
        comment = Comment(
            id=allocate_ids(Comment, 1)[0], article=article, parent=parent, author_name=by.display_name, body=body,
            visibility=visibility, html=f"<p>{escape(body)}</p>", renderer_version=1, created_at=timezone.now(),
        )  # fmt: skip
        comment.author, comment.guest = (None, by) if isinstance(by, Guest) else (by, None)
        _place(comment)
        if visibility in (*READABLE, Visibility.REMOVED):
            comment.published_at = fields.get("created_at", comment.created_at)
        for name, value in fields.items():
            setattr(comment, name, value)
        if comment.is_pinned and comment.pinned_at is None:
            comment.pinned_at = comment.created_at
        comment.score = comment.up_count - comment.down_count
        was_removed = visibility == Visibility.REMOVED and comment.published_at is not None
        comment.is_listed = comment.is_readable or was_removed
        comment.save(force_insert=True)
        _count(comment)
    return comment


def _place(comment: Comment) -> None:
    parent = comment.parent
    comment.path = tree.child_path(parent.path if parent else b"", comment.pk)
    comment.depth = tree.depth_of(comment.path)
    comment.root_id = (parent.root_id or parent.pk) if parent else None


def _count(comment: Comment) -> None:
    if comment.is_readable:
        Article.objects.filter(pk=comment.article_id).update(comment_count=F("comment_count") + 1)
    above = comment.parent
    child_is_new = comment.is_listed
    newly_listed = 1
    while above is not None and child_is_new:
        above = Comment.objects.get(pk=above.pk)
        child_is_new = not above.is_listed
        newly_listed += child_is_new and above.parent_id is not None
        Comment.objects.filter(pk=above.pk).update(reply_count=F("reply_count") + 1, is_listed=True)
        above = above.parent
    if comment.root_id and comment.is_listed:
        Comment.objects.filter(pk=comment.root_id).update(branch_count=F("branch_count") + newly_listed)
