"""Rows that operators look at: the actions write them."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from core.admin import ReadOnlyAdmin

#: Characters of a text that a list shows.
EXCERPT = 90


class LookOnlyAdmin(ReadOnlyAdmin):
    """A list and a page of each row, with every column and nothing to save or to run."""

    list_per_page = 50
    ordering = ("-id",)
    #: Columns that the form leaves out: private, or of no use to a reader.
    hidden: tuple[str, ...] = ()
    #: Columns too large for a list.
    heavy: tuple[str, ...] = ()

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        """Return every column of the model but the hidden ones."""
        return [field.name for field in self.model._meta.fields if field.name not in ("id", *self.hidden)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return rows without what only their own page shows."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer(*self.heavy)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Return none: there is nothing to do to many rows at once."""
        return {}


def link(obj: Any, words: str | None = None) -> str:
    """Return a link to the page of a row on the site, a dash for none."""
    if obj is None:
        return "–"
    return format_html('<a href="{}">{}</a>', obj.get_absolute_url(), words if words is not None else obj)


def short(text: str) -> str:
    """Return the beginning of a text."""
    return Truncator(text).chars(EXCERPT)


PERSON = _("member or guest")
