"""The inbox: everything that one person was told, whichever app told it, newest first.

Each app registers a source; the page and the bell know none of them. Time, source and id together order the entries,
so a page begins exactly after the last one, however many entries have the same time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from django.db import models
from django.db.models import DateTimeField, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.participants import Participant
from core.errors import BadRequest
from core.kept import how_many, kept, param

PER_PAGE = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POSITION = re.compile(r"(\d{1,17})\.([a-z]{1,20})\.(\d{1,15})", re.ASCII)
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Position:
    """Where an entry stands; the cursor of the page after it."""

    at: datetime
    source: str
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.source}.{self.id}"

    @property
    def key(self) -> tuple[datetime, str, int]:
        """Return what positions are sorted by."""
        return (self.at, self.source, self.id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody was told; `template` shows it, with `entry.shown` in its context."""

    position: Position
    is_new: bool
    template: str
    shown: Any


class Source(Protocol):
    """What an app puts into the inbox."""

    #: Small letters; part of the addresses of pages.
    name: str

    def unread(self, person: Any, now: Any) -> QuerySet[Any]:
        """Return the rows that the person may read and has not; `core.kept` asks with its places, for any member."""

    def entries(self, person: Participant, before: Position | None, at_most: int) -> list[Entry]:
        """Return the newest entries, or those before a position: a fixed number of queries."""

    def mark_read(self, person: Participant, until: datetime, only: int | None) -> int:
        """Mark as read what was told until then, or that one entry; return how much was new."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the inbox; `after` is the cursor of the next one, empty on the last."""

    entries: list[Entry]
    after: str
    is_first: bool

    @property
    def has_new(self) -> bool:
        """Return whether anything on the page has not been read."""
        return any(entry.is_new for entry in self.entries)


_SOURCES: dict[str, Source] = {}


def register(source: Source) -> None:
    """Let the inbox show what `source` has."""
    _SOURCES[source.name] = source


def inbox_page(person: Participant, after: str = "") -> Page:
    """Return the newest entries, or those after a cursor. Raises `BadRequest` for a cursor that is not ours."""
    before = parse_position(after) if after else None
    found = [entry for source in _SOURCES.values() for entry in source.entries(person, before, PER_PAGE + 1)]
    found.sort(key=lambda entry: entry.position.key, reverse=True)
    shown = found[:PER_PAGE]
    return Page(shown, str(shown[-1].position) if len(found) > PER_PAGE else "", is_first=not after)


def unread_count(person: Participant) -> int:
    """Return how much the person has not read yet: one query over all sources."""
    now = timezone.now()
    counts = _unread_of_member.rows(person.pk, now) if isinstance(person, User) else _unread(person, now)
    return sum(n for (n,) in counts)


def _unread(person: Any, now: Any) -> QuerySet[Any]:
    first, *others = [source.unread(person, now).order_by().values_list(how_many()) for source in _SOURCES.values()]
    return first.union(*others, all=True)


@kept
def _unread_of_member() -> QuerySet[Any]:
    return _unread(param(), param(1, DateTimeField()))


def mark_read(person: Participant, *, until: datetime, only: Position | None = None) -> int:
    """Mark everything as read that was told until then, or only one entry; return how much was new."""
    sources = [_SOURCES[only.source]] if only else [*_SOURCES.values()]
    return sum(source.mark_read(person, until, only.id if only else None) for source in sources)


def parse_position(text: str) -> Position:
    """Return the position that `str` made a text of. Raises `BadRequest` for any other text."""
    found = _POSITION.fullmatch(text)
    if found is None or found[2] not in _SOURCES:
        raise BadRequest(_("This link to a later page is not complete. Please start from the first page."))
    return Position(_EPOCH + timedelta(microseconds=int(found[1])), found[2], int(found[3]))


def before(rows: QuerySet[Row], column: str, source: str, position: Position | None) -> QuerySet[Row]:
    """Return those of a source's `rows` that stand before `position`; `column` is their time."""
    if position is None:
        return rows
    earlier, same = Q(**{f"{column}__lt": position.at}), Q(**{column: position.at})
    if source < position.source:
        earlier |= same
    elif source == position.source:
        earlier |= same & Q(pk__lt=position.id)
    # The first condition alone is what an index can walk to.
    return rows.filter(**{f"{column}__lte": position.at}).filter(earlier)
