"""Planned comments become rows, complete with the counters that the actions would have kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from accounts.models import Guest, User
from discussions import tree
from discussions.actions.visibility import takes_place
from discussions.demo.accounts import People
from discussions.demo.comment import DemoComment
from discussions.markup import RENDERER_VERSION
from discussions.models import Article, Comment, Revision, Visibility, Vote
from discussions.ranking import wilson_lower_bound

#: Shorter texts do not show their language: "👏👏👏" is none.
_LETTERS = 25
_EDIT_MINUTES = (1.0, 14.0)
#: Votes that are rows; what a comment has beyond is a sum. Every row costs time, and nobody counts to a hundred.
_MAX_VOTERS = 24


@dataclass(slots=True)
class Desk:
    """Turns the plan of one discussion into unsaved rows."""

    article: Article
    people: People
    rng: Random
    now: datetime

    def comments(self, plan: Sequence[DemoComment], ids: Sequence[int]) -> list[Comment]:
        """Return a comment for each of `plan`, with the primary keys `ids`, counters included, not rendered yet."""
        rows: list[Comment] = []
        for planned, pk in zip(plan, ids, strict=True):
            row = self._comment(planned, None if planned.parent_index is None else rows[planned.parent_index], pk)
            rows.append(row)
        _count_replies(rows)
        return rows

    def votes(self, plan: Sequence[DemoComment], rows: Sequence[Comment]) -> Iterator[Vote]:
        """Yield up to `_MAX_VOTERS` votes on each comment, and set what it has beyond as imported sums."""
        for planned, row in zip(plan, rows, strict=True):
            voters = self._voters(row, planned.ups + planned.downs)
            ups = round(len(voters) * planned.ups / max(1, planned.ups + planned.downs))
            row.imported_up, row.imported_down = planned.ups - ups, planned.downs - (len(voters) - ups)
            for position, member in enumerate(voters):
                value = Vote.Value.UP if position < ups else Vote.Value.DOWN
                yield Vote(
                    comment_id=row.pk, member_id=member.pk, value=value.value, created_at=self._later(row.created_at)
                )

    def revisions(self, plan: Sequence[DemoComment], rows: Sequence[Comment]) -> Iterator[Revision]:
        """Yield the first texts of the edited comments."""
        for planned, row in zip(plan, rows, strict=True):
            if planned.edited_from is not None:
                yield Revision(comment_id=row.pk, number=1, body=planned.edited_from, created_at=row.created_at)

    def _comment(self, planned: DemoComment, parent: Comment | None, pk: int) -> Comment:
        author = self.people.writers[planned.author_index]
        created_at = self.article.published_at + timedelta(minutes=planned.minutes_after_publication)
        row = Comment(
            pk=pk, article=self.article, parent_id=parent.pk if parent else None,
            root_id=(parent.root_id or parent.pk) if parent else None,
            path=tree.child_path(bytes(parent.path) if parent else b"", pk), depth=parent.depth + 1 if parent else 0,
            author_name=author.display_name, body=planned.text, html="",
            renderer_version=RENDERER_VERSION, created_at=created_at, published_at=created_at,
            language=planned.language if sum(map(str.isalpha, planned.text)) >= _LETTERS else "",
            visibility=planned.visibility, visibility_reason=planned.reason, is_locked=planned.locked,
            up_count=planned.ups, down_count=planned.downs, score=planned.ups - planned.downs,
            wilson=wilson_lower_bound(planned.ups, planned.downs), share_count=planned.ups // 60,
        )  # fmt: skip
        row.author, row.guest = (None, author) if isinstance(author, Guest) else (author, None)
        self._mark(row, planned)
        return row

    def _mark(self, row: Comment, planned: DemoComment) -> None:
        if planned.edited_from is not None:
            minutes = self.rng.uniform(*_EDIT_MINUTES)
            row.revision, row.edited_at = 2, min(row.created_at + timedelta(minutes=minutes), self.now)
        if planned.pinned:
            row.is_pinned, row.pinned_at = True, self._later(row.created_at)
        if row.visibility == Visibility.HELD:
            row.published_at = None
        if row.visibility in {Visibility.REMOVED, Visibility.COLLAPSED}:
            row.visibility_by = self.people.moderator
        elif row.visibility == Visibility.WITHDRAWN:
            row.visibility_by = row.author
        if row.visibility != Visibility.PUBLIC:
            row.visibility_at = self._later(row.created_at)

    def _voters(self, row: Comment, wanted: int) -> list[User]:
        wanted = min(wanted, _MAX_VOTERS)
        if wanted == 0:
            return []
        # One more than wanted, because nobody votes on their own comment.
        drawn = self.rng.sample(self.people.members, wanted + 1)
        return [member for member in drawn if member.pk != row.author_id][:wanted]

    def _later(self, moment: datetime) -> datetime:
        """Return some time between `moment` and now, sooner rather than later."""
        return moment + (self.now - moment) * self.rng.random() ** 3


def _count_replies(rows: Sequence[Comment]) -> None:
    """Set `is_listed`, `reply_count` and `branch_count`: from the leaves up, so that stubs know what they hold."""
    by_id = {row.pk: row for row in rows}
    for row in reversed(rows):
        row.is_listed = takes_place(row)
        if row.is_listed and row.parent_id is not None and row.root_id is not None:
            by_id[row.parent_id].reply_count += 1
            by_id[row.root_id].branch_count += 1
