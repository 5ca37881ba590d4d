"""Where imported comments go in the tree of their article. Reads the database, writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.conf import settings

from discussions import tree
from discussions.importing.articles import short_key
from discussions.importing.linking import link
from discussions.importing.wordpress_rules import Entry
from discussions.models import Article, Comment, Visibility

#: Values in one SQL statement; far below what either database takes.
BATCH = 500

SAME_ID = "comments whose id another article has got an id of their own"
PIN_LEFT_OFF = "pins were left off: on a reply, on a comment that is not public, or too many of them"


@dataclass(frozen=True, slots=True)
class Here:
    """A comment of the file that is already in the database."""

    pk: int
    path: bytes
    visibility: str
    imported_up: int
    imported_down: int


@dataclass(slots=True)
class Found:
    """What the database has of the ids of a file."""

    #: Ids of the file → comments of the same article.
    here: dict[str, Here] = field(default_factory=dict)
    #: Source ids that comments of other articles have.
    taken: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Placed:
    """A comment to write: its own id in the source, its parent's id in the file ("" for a root)."""

    entry: Entry
    source_id: str
    parent: str
    is_pinned: bool = False
    is_locked: bool = False


@dataclass(slots=True)
class Plan:
    """What is to be written for one article, parents before their replies."""

    placed: list[Placed] = field(default_factory=list)
    #: Ids of the file → rows.
    here: dict[str, Here] = field(default_factory=dict)
    #: Rows whose imported vote sums have changed: primary key → (up, down).
    votes: dict[int, tuple[int, int]] = field(default_factory=dict)
    #: Comments of the file that are here.
    already: int = 0
    #: Those of them that readers see otherwise here than there.
    differing: int = 0
    repairs: Counter[str] = field(default_factory=Counter)


def find(ids: Collection[str], *, article: Article | None, key: str, source: str) -> Found:
    """Return what is here of these comments of the article with this key; `article` is None while it is not here."""
    found = Found()
    names = {name: one for one in ids for name in (one, _longer(one, key))}
    rows = Comment.objects.filter(source=source)
    fields = ("pk", "path", "visibility", "imported_up", "imported_down", "source_id", "article_id")
    for some in batches(names):
        for *row, source_id, article_id in rows.filter(source_id__in=some).values_list(*fields):
            if article is not None and article_id == article.pk:
                found.here[names[source_id]] = Here(*row)
            else:
                found.taken.add(source_id)
    return found


def make_plan(
    entries: Sequence[Entry], absent: Mapping[str, str], found: Found, *, article: Article | None, key: str
) -> Plan:
    """Return the plan for the entries of one article; `absent` are the comments of it that are not imported."""
    plan = Plan(here=found.here)
    _compare(entries, plan)
    new = {entry.id: entry for entry in sorted(entries, key=_age) if entry.id not in plan.here}
    depths = {one: tree.depth_of(row.path) for one, row in plan.here.items()}
    links, repairs = link(
        {one: entry.parent for one, entry in new.items()}, absent=absent, known=depths, deepest=tree.MAX_DEPTH - 1
    )
    plan.repairs += repairs
    plan.repairs[SAME_ID] += len(found.taken & new.keys())
    closed = {entry.id for entry in entries if entry.is_closed}
    for one, parent in links.items():
        source_id = _longer(one, key) if one in found.taken else one
        is_locked = one in closed and parent not in closed
        plan.placed.append(Placed(new[one], source_id, parent, is_locked=is_locked))
    _pin(plan, article)
    return plan


def _longer(comment_id: str, key: str) -> str:
    """Return the source id of a comment whose own id another article has.

    Comment ids are unique in a WordPress site; in files put together by hand they are not, and no comment is lost.
    """
    return short_key(f"{comment_id}@{key}")


def _age(entry: Entry) -> tuple[datetime, int]:
    return entry.posted_at, int(entry.id)


def _compare(entries: Iterable[Entry], plan: Plan) -> None:
    for entry in entries:
        row = plan.here.get(entry.id)
        if row is None:
            continue
        plan.already += 1
        plan.differing += row.visibility != entry.visibility
        if entry.has_votes and (entry.up, entry.down) != (row.imported_up, row.imported_down):
            plan.votes[row.pk] = entry.up, entry.down


def _pin(plan: Plan, article: Article | None) -> None:
    """Pin the newest of the sticky comments, as many as an article may have."""
    wanted = [placed for placed in plan.placed if placed.entry.is_pinned]
    fit = [placed for placed in wanted if not placed.parent and placed.entry.visibility == Visibility.PUBLIC]
    pinned = Comment.objects.filter(article=article, is_pinned=True).count() if wanted and article else 0
    room = max(0, settings.COMMENT_MAX_PINNED - pinned)
    fit.sort(key=lambda placed: _age(placed.entry), reverse=True)
    for placed in fit[:room]:
        placed.is_pinned = True
    plan.repairs[PIN_LEFT_OFF] += len(wanted) - len(fit[:room])


def batches(values: Iterable[str]) -> Iterable[list[str]]:
    """Yield the values in lists that fit one statement."""
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
