"""What plug-ins have said of a text, in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.kept import kept, param
from discussions.models import Comment
from moderation.models import RecordedSignal
from moderation.scores.asking import labels
from moderation.scores.heard import Trouble
from moderation.scores.protocol import said

#: From here on, what a plug-in has seen is marked in the text.
MARKED_FROM = 0.5


@dataclass(frozen=True, slots=True)
class SignalLine:
    """What one plug-in said."""

    label: str
    #: None: not known.
    percent: int | None
    reasons: tuple[str, ...]
    #: Why it is not known, in words.
    trouble: str
    version: str
    #: Words to mark in the text.
    marked: tuple[str, ...]


def heard_about(comment: Comment) -> tuple[SignalLine, ...]:
    """Return what was said of the comment as it stands: one query."""
    rows = _heard.all(comment.pk, comment.revision)
    called = labels() if rows else {}
    return tuple(_line(row, called.get(row.name, row.name)) for row in rows)


@kept
def _heard() -> QuerySet[RecordedSignal, RecordedSignal]:
    return RecordedSignal.objects.filter(comment_id=param(), revision=param(1)).order_by("name")


def _line(row: RecordedSignal, label: str) -> SignalLine:
    is_marked = row.value is not None and row.value >= MARKED_FROM
    return SignalLine(
        label=label,
        percent=None if row.value is None else round(100 * row.value),
        reasons=tuple(said(text, words) for text, words in row.reasons),
        trouble=_trouble(row.trouble),
        version=row.version,
        marked=tuple(words for _start, _end, words in row.spans) if is_marked else (),
    )


def _trouble(trouble: str) -> str:
    words = {
        Trouble.FAILED: _("it failed"), Trouble.SLOW: _("it took too long"),
        Trouble.RESTING: _("it had failed too often and was not asked"),
    }  # fmt: skip
    return words[Trouble(trouble)] if trouble else ""
