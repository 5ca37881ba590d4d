"""The guidelines to choose from, with what each tells an author."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from django.db.models import DateTimeField, QuerySet
from django.utils import timezone

from core.kept import kept, param
from moderation.models import GuidelineText, GuidelineVersion
from moderation.queries.guidelines import FALLBACK_LANGUAGE

T = TypeVar("T", "_Text", GuidelineText)


@dataclass(frozen=True, slots=True)
class Choice:
    """A guideline in force: its line for the moderator, its note for the author."""

    version_id: int
    number: int
    title: str
    #: Of the title.
    language: str
    #: In the author's language, where there is one; empty when none was written.
    note: str


class _Text(NamedTuple):
    """What a version in force says in one language."""

    version_id: int
    number: int
    language: str
    title: str
    author_note: str


def guideline_choices(*, moderator_language: str, author_language: str) -> tuple[Choice, ...]:
    """Return the guidelines in force, in order: one query."""
    rows = [_Text(*row) for row in _in_force.rows(timezone.now())]
    groups = [list(group) for _version, group in groupby(rows, key=lambda text: text.version_id)]
    return tuple(_choice(group, moderator_language, author_language or moderator_language) for group in groups)


@kept
def _in_force() -> QuerySet[GuidelineText, Any]:
    versions = GuidelineVersion.objects.in_force(param(0, DateTimeField()))
    rows = GuidelineText.objects.filter(version__in=versions).order_by("version__guideline__number", "version_id")
    return rows.values_list("version_id", "version__guideline__number", "language", "title", "author_note")


def author_note(version: GuidelineVersion, *, language: str) -> str:
    """Return what the guideline tells an author who writes `language`; empty when no note was written."""
    noted = list(version.texts.exclude(author_note=""))
    return _in(noted, language).author_note if noted else ""


def _choice(texts: list[_Text], moderator_language: str, author_language: str) -> Choice:
    title = _in(texts, moderator_language)
    noted = [text for text in texts if text.author_note]
    return Choice(
        version_id=title.version_id,
        number=title.number,
        title=title.title,
        language=title.language,
        note=_in(noted, author_language).author_note if noted else "",
    )


def _in(texts: list[T], language: str) -> T:
    order = [language, language.partition("-")[0], FALLBACK_LANGUAGE]
    return min(texts, key=lambda text: order.index(text.language) if text.language in order else len(order))
