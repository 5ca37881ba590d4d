"""Writes the imported comments of one article at once: guests, rows, counters. No signals, no mail, no screens.

Like an action, and beside the actions, it writes comments; unlike one, it works in bulk. It must run in a transaction
that holds the article's row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from accounts.models import Guest
from core.ids import allocate_ids
from discussions import tree
from discussions.actions.recount import recount
from discussions.actions.visibility import has_own_place
from discussions.importing.passages import FORM_ID
from discussions.importing.placing import BATCH, Here, Placed, Plan, batches
from discussions.importing.wordpress_rules import Entry
from discussions.models import Article, Comment
from discussions.models.comment import READABLE
from discussions.ranking import wilson_lower_bound


def write_plan(plan: Plan, article: Article, source: str, passages: Mapping[str, int]) -> None:
    """Write what the plan says and put every counter right; `passages` are primary keys by wpDiscuz's numbers."""
    guests = _guests([placed.entry for placed in plan.placed], source)
    comments = _comments(plan.placed, plan.here, article, source, guests)
    for placed, comment in zip(plan.placed, comments, strict=True):
        if comment.parent_id is None:
            comment.passage_id = passages.get(placed.entry.meta.get(FORM_ID, ""))
    _count(comments)
    Comment.objects.bulk_create(comments, batch_size=BATCH)
    sums = [Comment(pk=pk, imported_up=up, imported_down=down) for pk, (up, down) in plan.votes.items()]
    Comment.objects.bulk_update(sums, ["imported_up", "imported_down"], batch_size=BATCH)
    if comments or sums:
        # What was here before: the article itself, stubs that got replies, votes that changed.
        recount(repair=True, articles=[article.pk])


def _guests(entries: Sequence[Entry], source: str) -> dict[str, int]:
    """Return the primary keys of the authors by key; those that are not here yet are made, with their first name."""
    first: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda entry: entry.posted_at):
        first.setdefault(entry.author_key, entry)
    rows = Guest.objects.filter(source=source)
    found: dict[str, int] = {}
    for some in batches(first):
        found.update(rows.filter(source_key__in=some).values_list("source_key", "pk"))
    made = Guest.objects.bulk_create(
        [
            Guest(
                name=entry.author_name, email=entry.author_email, created_at=entry.posted_at,
                source=source, source_key=key,
            )
            for key, entry in first.items()
            if key not in found
        ],
        batch_size=BATCH,
    )  # fmt: skip
    return found | {guest.source_key: guest.pk for guest in made}


def _comments(
    placed: Sequence[Placed], here: Mapping[str, Here], article: Article, source: str, guests: Mapping[str, int]
) -> list[Comment]:
    # Siblings stand in the order of their ids, so the oldest comment gets the lowest one.
    by_age = sorted(placed, key=lambda one: (one.entry.posted_at, int(one.entry.id)))
    ids = {one.entry.id: pk for one, pk in zip(by_age, allocate_ids(Comment, len(placed)), strict=True)}
    paths = {one: row.path for one, row in here.items()}
    comments = []
    for one in placed:
        entry = one.entry
        path = paths[entry.id] = tree.child_path(paths[one.parent] if one.parent else b"", ids[entry.id])
        comments.append(_comment(one, path, article, source, guests[entry.author_key]))
    return comments


def _comment(placed: Placed, path: bytes, article: Article, source: str, guest_id: int) -> Comment:
    entry = placed.entry
    assert entry.rendered is not None
    line = tree.ids_of(path)
    is_readable = entry.visibility in READABLE
    return Comment(
        id=line[-1], article=article, path=path, depth=len(line) - 1,
        parent_id=line[-2] if len(line) > 1 else None, root_id=line[0] if len(line) > 1 else None,
        guest_id=guest_id, author_name=entry.author_name,
        body=entry.body, body_format=Comment.Format.HTML, html=entry.rendered.html,
        renderer_version=entry.rendered.version, language=entry.rendered.language,
        created_at=entry.posted_at, edited_at=entry.edited_at,
        visibility=entry.visibility, visibility_reason=entry.reason,
        # Whether a removed one ever was public, WordPress does not say; without a date it leaves no stub.
        published_at=entry.posted_at if is_readable else None,
        is_pinned=placed.is_pinned, pinned_at=entry.posted_at if placed.is_pinned else None, is_locked=placed.is_locked,
        imported_up=entry.up, imported_down=entry.down, up_count=entry.up, down_count=entry.down,
        score=entry.up - entry.down, wilson=wilson_lower_bound(entry.up, entry.down),
        source=source, source_id=placed.source_id, source_meta=entry.meta,
    )  # fmt: skip


def _count(comments: Sequence[Comment]) -> None:
    """Set the counters of new comments, which stand parents first, so that only older rows have to be recounted."""
    rows = {comment.pk: comment for comment in comments}
    for comment in reversed(comments):
        comment.is_listed = has_own_place(comment.visibility, comment.published_at) or comment.reply_count > 0
        above, root = rows.get(comment.parent_id or 0), rows.get(comment.root_id or 0)
        if comment.is_listed and above:
            above.reply_count += 1
        if comment.is_listed and root:
            root.branch_count += 1
