"""Paging by key: "the rows after this one", never "skip 5,000 rows".

The condition is a row value, `(score, wilson, id) < (7, 4100, 12)`, because both databases walk an index straight to
it; the same condition spelled with OR makes them read every tie before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, Expression, F, Func, Value


class Row(Func):
    """A row value of columns or of parameters."""

    template = "(%(expressions)s)"
    output_field = BooleanField()  # never selected; Django wants a type


class _Compare(Func):
    arg_joiner = " "
    template = "%(expressions)s"
    output_field = BooleanField()
    conditional = True


class Before(_Compare):
    """The condition `(columns) < (values)`."""

    arg_joiner = " < "


class After(_Compare):
    """The condition `(columns) > (values)`."""

    arg_joiner = " > "


def columns_compare(kind: type[_Compare], columns: Sequence[str], values: Sequence[Any]) -> _Compare:
    """Return a condition for `QuerySet.filter`; `columns` and `values` are of one length, in sort order."""
    right = (value if isinstance(value, Expression) else Value(value) for value in values)
    return kind(Row(*(F(column) for column in columns)), Row(*right))
