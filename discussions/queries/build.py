"""From rows to cards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from accounts.models.former import member_name, name_or_former
from discussions.models import Passage, Visibility
from discussions.models.comment import READABLE
from discussions.queries.cards import Byline, Card, InReplyTo, Quoted
from discussions.queries.rows import Row


@dataclass(frozen=True, slots=True)
class Known:
    """What levels are computed from: a comment's own level, and whether the branch forks below it."""

    level: int
    forks: bool


def build_card(
    comment: Row, *, level: int, article_author_id: int | None, reveal: bool = False, replies: tuple[Card, ...] = (),
    continues: bool = False,
) -> Card:  # fmt: skip
    """Return the card of one row. `reveal` shows a text that is not public (to its author, to moderators)."""
    is_readable = comment.visibility in READABLE
    shows_text = is_readable or reveal
    return Card(
        id=comment.id,
        parent_id=comment.parent_id,
        depth=comment.depth,
        level=level,
        visibility=comment.visibility,
        byline=_byline(comment, article_author_id) if shows_text else Byline(""),
        created_at=comment.created_at,
        edited_at=comment.edited_at,
        html=comment.html if shows_text else "",
        language=comment.language if shows_text else "",
        up_count=comment.up_count,
        down_count=comment.down_count,
        score=comment.score,
        reply_count=comment.reply_count,
        is_pinned=comment.is_pinned,
        is_locked=comment.is_locked,
        # Why a comment is held is between its author and the moderators.
        reason="" if comment.visibility == Visibility.HELD and not reveal else comment.visibility_reason,
        changed_at=comment.visibility_at,
        in_reply_to=_in_reply_to(comment),
        quoted=_quoted(comment),
        owner=owner_of(comment),
        replies=replies,
        continues=continues,
    )


def build_forest(
    comments: Sequence[Row], *, known: Mapping[int, Known], article_author_id: int | None, deepest: int
) -> tuple[Card, ...]:
    """Return `comments` (in path order) nested under each other; those whose parent is not among them come first-level.

    `known` tells level and forking of parents outside of `comments`. A comment that would be indented more than
    `deepest` levels is left out, and its parent's card says `continues`.
    """
    levels = dict(known)
    kept: list[Row] = []
    cut: set[int] = set()
    hidden: set[int] = set()
    for comment in comments:
        assert comment.parent_id is not None
        if comment.parent_id in hidden:
            hidden.add(comment.id)
            continue
        above = levels[comment.parent_id]
        level = above.level + 1 if above.forks else max(above.level, 1)
        if level > deepest:
            cut.add(comment.parent_id)
            hidden.add(comment.id)
            continue
        levels[comment.id] = Known(level, comment.reply_count > 1)
        kept.append(comment)
    inside = {comment.id for comment in kept}
    below: dict[int | None, list[Card]] = defaultdict(list)
    # From the last to the first: by then everything below a comment has been built.
    for comment in reversed(kept):
        card = build_card(
            comment, level=levels[comment.id].level, article_author_id=article_author_id,
            replies=tuple(reversed(below.pop(comment.id, []))), continues=comment.id in cut,
        )  # fmt: skip
        below[comment.parent_id if comment.parent_id in inside else None].append(card)
    return tuple(reversed(below[None]))


def forks_of(comments: Iterable[Row], *, top: Row) -> dict[int, Known]:
    """Return the levels of `comments`, the ancestors of a page's first reply in path order, below `top` at level 0."""
    known = {top.id: Known(0, forks=True)}
    for comment in comments:
        if comment.parent_id in known:
            above = known[comment.parent_id]
            level = above.level + 1 if above.forks else max(above.level, 1)
            known[comment.id] = Known(level, comment.reply_count > 1)
    return known


def owner_of(comment: Row) -> str:
    """Return the identity of the author, as `Participant.identity` spells it."""
    if comment.author_id is not None:
        return f"user:{comment.author_id}"
    return f"guest:{comment.guest_id}" if comment.guest_id is not None else ""


def quoted(passage: Passage) -> Quoted:
    """Return what a card shows of a passage."""
    return Quoted(passage.pk, passage.status, passage.exact, passage.now, passage.question)


def _quoted(comment: Row) -> Quoted | None:
    if comment.passage_id is None:
        return None
    now, question = comment.passage_now or "", comment.passage_question or ""
    return Quoted(comment.passage_id, comment.passage_status or "", comment.passage_exact or "", now, question)


def _byline(comment: Row, article_author_id: int | None) -> Byline:
    if comment.username is None:
        return Byline(name_or_former(comment.author_name), is_guest=comment.author_name != "")
    name = member_name(comment.username, comment.account_name or "")
    return Byline(name, comment.username, is_article_author=comment.author_id == article_author_id)


def _in_reply_to(comment: Row) -> InReplyTo | None:
    if comment.parent_id is None:
        return None
    is_readable = comment.parent_visibility in READABLE
    return InReplyTo(comment.parent_id, name_or_former(comment.parent_name or "") if is_readable else "")
