"""Decisions that the spam screen learns from: of people, about spam, and still in force."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from discussions.models import Visibility
from moderation.models import Decision, Outcome
from moderation.rules.facts import Facts
from moderation.rules.reading import read

#: Of each kind, the latest.
MOST = 10_000
#: One in so many is held out.
HELD_OUT = 5
CHUNK = 500
_COLUMNS = ("id", "comment", "comment__html", "comment__language", "comment__author", "comment__guest")


@dataclass(frozen=True, slots=True)
class DecidedText:
    """A text that somebody has decided about."""

    decision: int
    facts: Facts
    #: A number for who wrote it, the same for everybody who is not known any more.
    author: int
    is_spam: bool


def spam_decisions() -> QuerySet[Decision]:
    """Return the latest decisions that removed a text under the guideline on advertising (`SPAM_GUIDELINE`)."""
    about = {"guideline_version__guideline__slug": settings.SPAM_GUIDELINE}
    return _latest(Decision.objects.filter(outcome=Outcome.REMOVE, **about))


def fine_decisions() -> QuerySet[Decision]:
    """Return the latest decisions that published a text."""
    return _latest(Decision.objects.filter(outcome=Outcome.PUBLISH))


def ids_of(rows: QuerySet[Decision]) -> list[int]:
    """Return the ids of those that are learned from, the latest first."""
    return list(rows.values_list("id", flat=True)[:MOST])


def texts_of(ids: list[int], *, is_spam: bool, held_out: bool) -> Iterator[DecidedText]:
    """Yield the texts of these decisions: either one in five, always the same, or the others."""
    wanted = [pk for pk in ids if _is_held_out(pk) is held_out]
    for start in range(0, len(wanted), CHUNK):
        rows = Decision.objects.filter(pk__in=wanted[start : start + CHUNK]).order_by("pk")
        for row in rows.values(*_COLUMNS):
            yield _text(row, is_spam)


def _latest(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """Return those that are final, neither undone nor overturned nor followed by another, about the text as it is."""
    later = Decision.objects.filter(comment=OuterRef("comment"), undone_at=None, id__gt=OuterRef("id"))
    still = rows.filter(undone_at=None, final_at__lte=timezone.now(), comment__revision=F("revision"))
    return still.exclude(comment__body="").exclude(comment__visibility=Visibility.WITHDRAWN).filter(
        ~Exists(later)
    ).order_by("-id")  # fmt: skip


def _is_held_out(pk: int) -> bool:
    return blake2b(str(pk).encode(), digest_size=2).digest()[0] % HELD_OUT == 0


def _text(row: dict[str, Any], is_spam: bool) -> DecidedText:
    facts = Facts("post", timezone.now(), read(row["comment__html"]), row["comment__language"])
    return DecidedText(row["id"], facts, row["comment__author"] or -(row["comment__guest"] or 0), is_spam)
