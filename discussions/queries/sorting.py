"""The three orders of a discussion, and the cursors that page through them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models.user import SortOrder
from core.errors import BadRequest
from discussions.keyset import After, Before, columns_compare
from discussions.models import Comment
from discussions.models.comment import CommentQuerySet
from discussions.queries.rows import Row

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"-?\d{1,18}(?:\.-?\d{1,18}){1,2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of roots: columns that end in the id, so that no two rows are equal."""

    columns: tuple[str, ...]
    descending: bool

    @property
    def order_by(self) -> tuple[str, ...]:
        """Return the terms for `QuerySet.order_by`; pinned comments come first in every order."""
        sign = "-" if self.descending else ""
        return ("-is_pinned", *(sign + column for column in self.columns))

    def cursor(self, comment: Comment | Row) -> str:
        """Return the cursor after `comment`: sort columns as whole numbers, times in microseconds since 1970."""
        return ".".join(str(_to_int(getattr(comment, column))) for column in self.columns)

    def values(self, cursor: str) -> list[Any]:
        """Return what `after` compares with. Raises `BadRequest` for what `cursor()` cannot have made."""
        return parse_cursor(cursor, self.columns)

    def after(self, rows: CommentQuerySet, values: Sequence[Any]) -> CommentQuerySet:
        """Return the rows that follow `values`, which may be the places of a kept statement."""
        kind = Before if self.descending else After
        # `__in` and not `=False`: Django writes the latter as NOT is_pinned, which SQLite cannot look up in an index.
        return rows.filter(columns_compare(kind, self.columns, values), is_pinned__in=[False])


SORTS: dict[str, Sort] = {
    SortOrder.MOST_VOTED: Sort(("score", "wilson", "id"), descending=True),
    SortOrder.NEWEST: Sort(("created_at", "id"), descending=True),
    SortOrder.OLDEST: Sort(("created_at", "id"), descending=False),
}
DEFAULT_SORT = SortOrder.MOST_VOTED


def sort_named(*names: str | None) -> str:
    """Return the first of `names` that is an order, else the default: a wrong word in an address is no error."""
    return next((name for name in names if name in SORTS), DEFAULT_SORT.value)


def _to_int(value: int | datetime) -> int:
    if isinstance(value, datetime):
        return (value - EPOCH) // timedelta(microseconds=1)
    return value


def parse_cursor(cursor: str, columns: Sequence[str]) -> list[Any]:
    """Return the values of a cursor, one a column. Raises `BadRequest` for what `Sort.cursor` cannot have made."""
    numbers = [int(part) for part in cursor.split(".")] if _CURSOR.fullmatch(cursor) else []
    if len(numbers) != len(columns):
        raise BadRequest(_("This link to a later page is not complete. Please start from the first page."))
    try:
        return [
            EPOCH + timedelta(microseconds=n) if column == "created_at" else n
            for column, n in zip(columns, numbers, strict=True)
        ]
    except OverflowError as error:
        raise BadRequest(_("This link to a later page is not complete. Please start from the first page.")) from error
